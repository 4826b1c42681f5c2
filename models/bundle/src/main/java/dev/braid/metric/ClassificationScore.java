package dev.braid.metric;

/**
 * How good a classifier's probabilities are.
 *
 * @param accuracy the share of rows whose most probable class is the true one
 * @param macroF1 the mean F1 over the classes that occur in truth or answer
 * @param ece the expected calibration error over {@value #BINS} equal bins of confidence (Guo et
 *     al., On Calibration of Modern Neural Networks, ICML 2017)
 */
public record ClassificationScore(double accuracy, double macroF1, double ece) {
  private static final int BINS = 15;

  /**
   * The score of {@code probabilities [rows][classes]}.
   *
   * @throws IllegalArgumentException if there are no rows, or not one truth a row
   */
  public static ClassificationScore of(int[] truth, float[][] probabilities) {
    if (truth.length == 0 || truth.length != probabilities.length) {
      throw new IllegalArgumentException(
          "a score needs at least one row and one truth each, but had %d truths and %d rows"
              .formatted(truth.length, probabilities.length));
    }
    int classes = probabilities[0].length;
    int[] hits = new int[classes];
    int[] given = new int[classes];
    int[] real = new int[classes];
    double[] confidence = new double[BINS];
    double[] correct = new double[BINS];
    int right = 0;
    for (int i = 0; i < truth.length; i++) {
      int best = argMax(probabilities[i]);
      given[best]++;
      real[truth[i]]++;
      boolean hit = best == truth[i];
      int bin = Math.max(0, Math.min(BINS - 1, (int) (probabilities[i][best] * BINS)));
      confidence[bin] += probabilities[i][best];
      if (hit) {
        hits[best]++;
        right++;
        correct[bin]++;
      }
    }
    double f1 = 0;
    int seen = 0;
    for (int c = 0; c < classes; c++) {
      if (given[c] + real[c] > 0) {
        f1 += 2.0 * hits[c] / (given[c] + real[c]);
        seen++;
      }
    }
    double ece = 0;
    for (int b = 0; b < BINS; b++) {
      ece += Math.abs(confidence[b] - correct[b]) / truth.length;
    }
    return new ClassificationScore((double) right / truth.length, f1 / seen, ece);
  }

  private static int argMax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }
}
