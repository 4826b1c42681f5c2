package dev.braid.training.own;

import dev.braid.featurizer.Featurizer;
import dev.braid.featurizer.TextFeaturizer;
import dev.braid.serving.FrozenGraph;
import dev.braid.serving.RowResult;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs an encoder on made-up rows before any real one: every number must be finite, and an
 * embedding must not depend on the other rows of its batch, as it does when a graph was exported in
 * training mode.
 */
final class EncoderProbe {
  private static final float TOLERANCE = 1e-3f;

  private EncoderProbe() {}

  /** Rows of different content: zeros and waves; of text, the first and the last term. */
  static List<TensorRow> rows(Featurizer plain, List<TensorSpec> inputs) {
    if (plain instanceof TextFeaturizer text) {
      long last = Math.max(0, text.vocabularySize() - 1);
      return List.of(
          TensorRow.of(new long[] {0}, new float[] {1}),
          TensorRow.of(new long[] {0, last}, new float[] {0.6f, 0.8f}),
          TensorRow.of(new long[] {last}, new float[] {1}));
    }
    List<TensorRow> rows = new ArrayList<>(List.of(zeros(inputs)));
    for (int r = 1; r <= 2; r++) {
      float[] wave = new float[inputs.get(0).stride()];
      for (int i = 0; i < wave.length; i++) {
        wave[i] = (float) Math.sin(r * 0.7 * (i + 1));
      }
      rows.add(TensorRow.of((Object) wave));
    }
    return rows;
  }

  /** A row of zeros. */
  static TensorRow zeros(List<TensorSpec> inputs) {
    return TensorRow.of(
        inputs.stream()
            .map(
                input ->
                    input.type() == TensorSpec.Type.FLOAT
                        ? (Object) new float[input.stride()]
                        : (Object) new long[input.stride()])
            .toArray());
  }

  /**
   * Runs the rows together and alone.
   *
   * @throws IllegalArgumentException if one fails or differs
   */
  static void check(FrozenGraph graph, List<TensorRow> rows) {
    List<float[]> together = embed(graph, rows);
    for (int i = 0; i < rows.size(); i++) {
      float[] alone = embed(graph, rows.subList(i, i + 1)).get(0);
      for (int d = 0; d < alone.length; d++) {
        float off = Math.abs(alone[d] - together.get(i)[d]);
        if (!(off <= TOLERANCE + TOLERANCE * Math.abs(alone[d]))) {
          throw new IllegalArgumentException(
              "its embedding of a row depends on the other rows of the batch (%s alone, %s among %d);"
                      .formatted(alone[d], together.get(i)[d], rows.size())
                  + " export it in evaluation mode");
        }
      }
    }
  }

  private static List<float[]> embed(FrozenGraph graph, List<TensorRow> rows) {
    List<float[]> embeddings = new ArrayList<>();
    for (RowResult<float[][]> result : graph.run(rows)) {
      if (result instanceof RowResult.Failed<float[][]> failed) {
        String reason = failed.reason();
        throw new IllegalArgumentException(
            "it fails on a trial row: " + reason.substring(reason.indexOf(": ") + 2));
      } else if (result instanceof RowResult.Served<float[][]> served) {
        embeddings.add(Arrays.copyOf(served.value()[0], served.value()[0].length));
      }
    }
    return embeddings;
  }
}
