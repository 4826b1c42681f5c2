package dev.braid.scene;

import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The inputs of the fusion model. For every modality {@code m} of width D, in the order of the
 * spec: {@code m [batch, tokens, D]}, {@code m.mask [batch, tokens]} (1 where there is a token, 0
 * where there is padding), {@code m.position [batch, tokens]} (where in the window it lies, 0 at
 * the start to 1 at the end). A modality without tokens is one padding token. Safe for several
 * threads.
 */
public final class SceneTensors {
  private final Spec spec;
  private final Map<String, Integer> widths;

  /**
   * @param widths the width of each modality's embedding
   */
  public SceneTensors(Spec spec, Map<String, Integer> widths) {
    if (!widths.keySet().equals(spec.modalities().keySet())) {
      throw new IllegalArgumentException(
          "widths are needed of %s, but were given of %s"
              .formatted(spec.modalities().keySet(), widths.keySet()));
    }
    this.spec = spec;
    this.widths = Map.copyOf(widths);
  }

  /** The fusion model's inputs. */
  public List<TensorSpec> inputs() {
    List<TensorSpec> inputs = new ArrayList<>();
    for (String modality : spec.modalities().keySet()) {
      inputs.add(TensorSpec.floats(modality, TensorSpec.ANY, width(modality)));
      inputs.add(TensorSpec.floats(modality + ".mask", TensorSpec.ANY));
      inputs.add(TensorSpec.floats(modality + ".position", TensorSpec.ANY));
    }
    return inputs;
  }

  /**
   * The row of one scene.
   *
   * @param start of the scene's window, inclusive
   * @param end of the scene's window, exclusive
   * @param tokens by modality, in any order; a modality may be absent
   * @throws IllegalArgumentException if an embedding has another width than its modality
   */
  public TensorRow row(Instant start, Instant end, Map<String, ? extends List<Token>> tokens) {
    List<Object> columns = new ArrayList<>();
    for (Map.Entry<String, ModalitySpec> modality : spec.modalities().entrySet()) {
      int width = width(modality.getKey());
      List<Token> given = tokens.get(modality.getKey());
      List<Token> kept =
          given == null
              ? List.of()
              : TokenOrder.select(given, Token::time, Token::id, modality.getValue().tokens());
      int length = Math.max(1, kept.size());
      float[] values = new float[length * width];
      float[] mask = new float[length];
      float[] position = new float[length];
      for (int i = 0; i < kept.size(); i++) {
        float[] embedding = kept.get(i).embedding();
        if (embedding.length != width) {
          throw new IllegalArgumentException(
              "an embedding of '%s' must have %d values, but had: %d"
                  .formatted(modality.getKey(), width, embedding.length));
        }
        System.arraycopy(embedding, 0, values, i * width, width);
        mask[i] = 1f;
        position[i] = position(start, end, kept.get(i).time());
      }
      columns.add(values);
      columns.add(mask);
      columns.add(position);
    }
    return TensorRow.of(columns.toArray());
  }

  /** Where in its window an instant lies: 0 at the start, 1 at the end. */
  public static float position(Instant start, Instant end, Instant time) {
    return (float) (time.toEpochMilli() - start.toEpochMilli())
        / (end.toEpochMilli() - start.toEpochMilli());
  }

  private int width(String modality) {
    Integer width = widths.get(modality);
    if (width == null) {
      throw new IllegalArgumentException("no modality '" + modality + "'");
    }
    return width;
  }
}
