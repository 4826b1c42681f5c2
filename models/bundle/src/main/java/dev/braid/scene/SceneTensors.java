package dev.braid.scene;

import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The inputs of the fusion model. For every modality {@code m} of width D, in the order of the
 * spec: {@code m [batch, tokens, D]}, {@code m.mask [batch, tokens]} (1 where there is a token, 0
 * where there is padding), {@code m.position [batch, tokens]} (where in the window it lies, 0 at
 * the start to 1 at the end). A modality without tokens is one padding token. Safe for several
 * threads.
 */
public final class SceneTensors {
  // Rows are not written to, and so may share what is the same in all.
  private static final float[] ONE = {1f};
  private static final float[] ZERO = {0f};

  private final Modality[] modalities;

  /**
   * What a row needs to know of one modality.
   *
   * @param tokens that a scene keeps at most
   * @param absent the values of one token of padding
   */
  private record Modality(String name, int width, int tokens, float[] absent) {}

  /**
   * @param widths the width of each modality's embedding
   */
  public SceneTensors(Spec spec, Map<String, Integer> widths) {
    if (!widths.keySet().equals(spec.modalities().keySet())) {
      throw new IllegalArgumentException(
          "widths are needed of %s, but were given of %s"
              .formatted(spec.modalities().keySet(), widths.keySet()));
    }
    List<Modality> known = new ArrayList<>();
    for (Map.Entry<String, ModalitySpec> modality : spec.modalities().entrySet()) {
      int width = Objects.requireNonNull(widths.get(modality.getKey()));
      known.add(
          new Modality(modality.getKey(), width, modality.getValue().tokens(), new float[width]));
    }
    this.modalities = known.toArray(Modality[]::new);
  }

  /** The fusion model's inputs. */
  public List<TensorSpec> inputs() {
    List<TensorSpec> inputs = new ArrayList<>();
    for (Modality modality : modalities) {
      inputs.add(TensorSpec.floats(modality.name(), TensorSpec.ANY, modality.width()));
      inputs.add(TensorSpec.floats(modality.name() + ".mask", TensorSpec.ANY));
      inputs.add(TensorSpec.floats(modality.name() + ".position", TensorSpec.ANY));
    }
    return inputs;
  }

  /**
   * The row of one scene. It may share the embeddings' arrays.
   *
   * @param start of the scene's window, inclusive
   * @param end of the scene's window, exclusive
   * @param tokens by modality, in any order; a modality may be absent
   * @throws IllegalArgumentException if an embedding has another width than its modality
   */
  public TensorRow row(Instant start, Instant end, Map<String, ? extends List<Token>> tokens) {
    long from = start.toEpochMilli();
    long length = end.toEpochMilli() - from;
    Object[] columns = new Object[3 * modalities.length];
    for (int m = 0; m < modalities.length; m++) {
      Modality modality = modalities[m];
      List<Token> given = tokens.get(modality.name());
      List<Token> kept =
          given == null
              ? List.of()
              : TokenOrder.select(given, Token::time, Token::id, modality.tokens());
      if (kept.isEmpty()) {
        columns[3 * m] = modality.absent();
        columns[3 * m + 1] = ZERO;
        columns[3 * m + 2] = ZERO;
      } else if (kept.size() == 1) {
        columns[3 * m] = embedding(modality, kept.get(0));
        columns[3 * m + 1] = ONE;
        columns[3 * m + 2] = new float[] {position(from, length, kept.get(0).time())};
      } else {
        float[] values = new float[kept.size() * modality.width()];
        float[] mask = new float[kept.size()];
        float[] positions = new float[kept.size()];
        for (int i = 0; i < mask.length; i++) {
          System.arraycopy(
              embedding(modality, kept.get(i)), 0, values, i * modality.width(), modality.width());
          mask[i] = 1f;
          positions[i] = position(from, length, kept.get(i).time());
        }
        columns[3 * m] = values;
        columns[3 * m + 1] = mask;
        columns[3 * m + 2] = positions;
      }
    }
    return TensorRow.of(columns);
  }

  /** Where in its window an instant lies: 0 at the start, 1 at the end. */
  public static float position(Instant start, Instant end, Instant time) {
    long from = start.toEpochMilli();
    return position(from, end.toEpochMilli() - from, time);
  }

  private static float position(long from, long length, Instant time) {
    return (float) (time.toEpochMilli() - from) / length;
  }

  private static float[] embedding(Modality modality, Token token) {
    float[] embedding = token.embedding();
    if (embedding.length != modality.width()) {
      throw new IllegalArgumentException(
          "an embedding of '%s' must have %d values, but had: %d"
              .formatted(modality.name(), modality.width(), embedding.length));
    }
    return embedding;
  }
}
