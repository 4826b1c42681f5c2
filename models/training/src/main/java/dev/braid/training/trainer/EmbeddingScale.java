package dev.braid.training.trainer;

import dev.braid.dataset.Split;
import java.util.BitSet;

/** Mean and deviation of every feature of a modality's rows in the training scenes. */
record EmbeddingScale(float[] mean, float[] deviation) {
  /** A feature that varies by less than this share of its mean says nothing. */
  private static final double LEAST = 1e-4;

  static EmbeddingScale of(TrainingData data, String modality, int width) {
    BitSet seen = new BitSet();
    for (TrainingData.Example example : data.examples(Split.TRAIN)) {
      TrainingData.Tokens tokens = example.tokens().get(modality);
      for (int i = 0; tokens != null && i < tokens.rows().length; i++) {
        seen.set(tokens.rows()[i]);
      }
    }
    int count = Math.max(1, seen.cardinality());
    double[] sums = new double[width];
    double[] squares = new double[width];
    seen.stream()
        .forEach(
            row -> {
              float[] values = data.rows(modality).get(row).floats(0);
              for (int d = 0; d < width; d++) {
                sums[d] += values[d];
              }
            });
    seen.stream()
        .forEach(
            row -> {
              float[] values = data.rows(modality).get(row).floats(0);
              for (int d = 0; d < width; d++) {
                double off = values[d] - sums[d] / count;
                squares[d] += off * off;
              }
            });
    float[] mean = new float[width];
    float[] deviation = new float[width];
    for (int d = 0; d < width; d++) {
      double spread = Math.sqrt(squares[d] / count);
      mean[d] = (float) (sums[d] / count);
      deviation[d] = (float) (spread > LEAST * Math.abs(mean[d]) ? spread : 1);
    }
    return new EmbeddingScale(mean, deviation);
  }
}
