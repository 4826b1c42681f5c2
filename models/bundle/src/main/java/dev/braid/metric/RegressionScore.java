package dev.braid.metric;

import java.util.Arrays;

/**
 * How good a regressor's values are.
 *
 * @param mae the mean absolute error, in the unit of the labels
 * @param rmse the root of the mean squared error, in the unit of the labels
 * @param r2 the share of the variance that is explained, at most 1; 0 where the truth has none
 */
public record RegressionScore(double mae, double rmse, double r2) {

  /**
   * The score of one value a row.
   *
   * @throws IllegalArgumentException if there are no rows, or not one truth a row
   */
  public static RegressionScore of(double[] truth, double[] values) {
    if (truth.length == 0 || truth.length != values.length) {
      throw new IllegalArgumentException(
          "a score needs at least one row and one truth each, but had %d truths and %d rows"
              .formatted(truth.length, values.length));
    }
    double mean = Arrays.stream(truth).average().orElseThrow();
    double absolute = 0;
    double squared = 0;
    double spread = 0;
    for (int i = 0; i < truth.length; i++) {
      double error = values[i] - truth[i];
      absolute += Math.abs(error);
      squared += error * error;
      spread += (truth[i] - mean) * (truth[i] - mean);
    }
    return new RegressionScore(
        absolute / truth.length,
        Math.sqrt(squared / truth.length),
        spread == 0 ? 0 : 1 - squared / spread);
  }
}
