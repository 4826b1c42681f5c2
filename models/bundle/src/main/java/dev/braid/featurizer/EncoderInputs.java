package dev.braid.featurizer;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSignature;
import dev.braid.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Gives an encoder that a user brings the rows that its graph asks for. The layout is read off the
 * shape that the graph declares, N being the batch:
 *
 * <ul>
 *   <li>image: {@code [N, C, H, W]} or {@code [N, H, W, C]}; grey also {@code [N, H, W]};
 *   <li>sensor: {@code [N, C, L]} or {@code [N, L, C]}, of one channel also {@code [N, L]}; with C
 *       + 1 in place of C the last channel says where it was measured;
 *   <li>audio: {@code [N, S]}, {@code [N, 1, S]} or {@code [N, S, 1]};
 *   <li>record: {@code [N, F]};
 *   <li>text: two inputs {@code [N, T]}, the terms as INT64 and their weights as FLOAT, by type.
 * </ul>
 *
 * <p>A dimension other than N may be open, as long as one layout alone fits.
 */
public final class EncoderInputs {
  private EncoderInputs() {}

  /**
   * A way to lay out one row.
   *
   * @param shape with the batch in front
   * @param planes how many stretches of equal length the row is cut into
   * @param kept how many of these are kept, from the first
   * @param interleaved whether the stretches change with every element, rather than one by one
   */
  private record Layout(List<Long> shape, int planes, int kept, boolean interleaved) {
    static Layout plain(long... rest) {
      return new Layout(TensorSpec.floats("", rest).shape(), 1, 1, false);
    }

    float[] apply(float[] row) {
      if (kept == planes && !interleaved) {
        return row;
      }
      int length = row.length / planes;
      float[] laid = new float[kept * length];
      for (int p = 0; p < kept; p++) {
        for (int i = 0; i < length; i++) {
          laid[interleaved ? i * kept + p : p * length + i] = row[p * length + i];
        }
      }
      return laid;
    }
  }

  /**
   * The featurizer with the rows, and the names, of a graph's inputs.
   *
   * @param declared the graph's inputs
   * @throws IllegalArgumentException if no layout fits or several do; the message is one line: what
   *     was found and what is needed
   */
  public static Featurizer arrange(
      ModalitySpec spec, Featurizer plain, List<TensorSignature> declared) {
    for (TensorSignature input : declared) {
      if (input.shape().isEmpty() || input.shape().get(0) != TensorSpec.ANY) {
        throw new IllegalArgumentException(
            "the first dimension of its input %s must be the batch and open; export it with a"
                    .formatted(input.describe())
                + " dynamic first dimension");
      }
    }
    return spec instanceof ModalitySpec.Text
        ? text(plain, declared)
        : floats(spec, plain, declared);
  }

  private static Featurizer text(Featurizer plain, List<TensorSignature> declared) {
    List<TensorSpec> inputs = new ArrayList<>();
    for (TensorSpec wanted : plain.inputs()) {
      for (TensorSignature input : declared) {
        if (input.type().equals(wanted.type().name()) && input.shape().equals(wanted.shape())) {
          inputs.add(new TensorSpec(input.name(), wanted.type(), wanted.shape()));
        }
      }
    }
    if (inputs.size() != 2 || declared.size() != 2) {
      throw new IllegalArgumentException(
          "it must have two inputs, INT64 [-1, -1] (terms) and FLOAT [-1, -1] (weights), but has: "
              + describe(declared));
    }
    return new Arranged(plain, inputs, Layout.plain());
  }

  private static Featurizer floats(
      ModalitySpec spec, Featurizer plain, List<TensorSignature> declared) {
    List<Layout> layouts = layouts(spec, plain.inputs().get(0));
    String needed =
        layouts.stream().map(l -> l.shape().toString()).collect(Collectors.joining(" or "));
    List<Layout> fitting =
        declared.size() != 1
            ? List.of()
            : layouts.stream()
                .filter(l -> declared.get(0).admits(TensorSpec.Type.FLOAT, l.shape()))
                .toList();
    if (fitting.isEmpty()) {
      throw new IllegalArgumentException(
          "it must have one input, FLOAT %s, but has: %s".formatted(needed, describe(declared)));
    }
    TensorSignature input = declared.get(0);
    if (fitting.size() > 1) {
      throw new IllegalArgumentException(
          "its input %s may mean %s; export it with its channel dimension fixed"
              .formatted(
                  input.describe(),
                  fitting.stream()
                      .map(l -> l.shape().toString())
                      .collect(Collectors.joining(" or "))));
    }
    Layout layout = fitting.get(0);
    return new Arranged(
        plain,
        List.of(new TensorSpec(input.name(), TensorSpec.Type.FLOAT, layout.shape())),
        layout);
  }

  private static List<Layout> layouts(ModalitySpec spec, TensorSpec plain) {
    List<Layout> layouts = new ArrayList<>();
    if (spec instanceof ModalitySpec.Image image) {
      long channels = plain.shape().get(1);
      layouts.add(Layout.plain(channels, image.height(), image.width()));
      layouts.add(planes((int) channels, (int) channels, image.height(), image.width(), channels));
      if (channels == 1) {
        layouts.add(Layout.plain(image.height(), image.width()));
      }
    } else if (spec instanceof ModalitySpec.Sensor sensor) {
      int all = sensor.channels() + 1;
      long samples = sensor.samples();
      for (int kept : new int[] {sensor.channels(), all}) {
        layouts.add(new Layout(TensorSpec.floats("", kept, samples).shape(), all, kept, false));
        layouts.add(planes(all, kept, samples, kept));
      }
      if (all == 2) {
        layouts.add(new Layout(TensorSpec.floats("", samples).shape(), 2, 1, false));
      }
    } else if (spec instanceof ModalitySpec.Audio audio) {
      layouts.add(Layout.plain(audio.samples()));
      layouts.add(Layout.plain(1, audio.samples()));
      layouts.add(Layout.plain(audio.samples(), 1));
    } else {
      layouts.add(Layout.plain(plain.stride()));
    }
    return layouts;
  }

  private static Layout planes(int planes, int kept, long... rest) {
    return new Layout(TensorSpec.floats("", rest).shape(), planes, kept, true);
  }

  private static String describe(List<TensorSignature> inputs) {
    return inputs.isEmpty()
        ? "none"
        : inputs.stream().map(TensorSignature::describe).collect(Collectors.joining(", "));
  }

  /** A featurizer whose first column is laid out anew. */
  private static final class Arranged implements Featurizer {
    private final Featurizer plain;
    private final List<TensorSpec> inputs;
    private final Layout layout;

    Arranged(Featurizer plain, List<TensorSpec> inputs, Layout layout) {
      this.plain = plain;
      this.inputs = List.copyOf(inputs);
      this.layout = layout;
    }

    @Override
    public List<TensorSpec> inputs() {
      return inputs;
    }

    @Override
    public TensorRow featurize(Payload payload) throws InvalidObservationException {
      TensorRow row = plain.featurize(payload);
      return row.size() > 1 ? row : TensorRow.of((Object) layout.apply(row.floats(0)));
    }

    @Override
    public Object state() {
      return plain.state();
    }
  }
}
