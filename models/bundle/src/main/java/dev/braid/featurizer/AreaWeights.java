package dev.braid.featurizer;

/**
 * The share of each source cell in each target cell of an image's rows or columns: the area that
 * they have in common where there are fewer target cells, linear interpolation between centres
 * where there are more. The shares of one target cell sum to 1. Immutable.
 */
final class AreaWeights {
  /** The first source cell of each target cell. */
  private final int[] first;

  private final double[][] shares;

  AreaWeights(int source, int target) {
    first = new int[target];
    shares = new double[target][];
    double cell = (double) source / target;
    for (int t = 0; t < target; t++) {
      if (target <= source) {
        area(t, t * cell, Math.min(source, (t + 1) * cell));
      } else {
        centres(t, Math.max(0, Math.min(source - 1.0, (t + 0.5) * cell - 0.5)), source);
      }
    }
  }

  private void area(int t, double begin, double end) {
    first[t] = (int) begin;
    double[] covered = new double[(int) Math.ceil(end) - first[t]];
    for (int i = 0; i < covered.length; i++) {
      int s = first[t] + i;
      covered[i] = (Math.min(end, s + 1.0) - Math.max(begin, s)) / (end - begin);
    }
    shares[t] = covered;
  }

  private void centres(int t, double at, int source) {
    first[t] = (int) at;
    double share = at - first[t];
    shares[t] = first[t] + 1 < source ? new double[] {1 - share, share} : new double[] {1};
  }

  /** Target cells. */
  int size() {
    return first.length;
  }

  /** Fills {@code target} with one row or column. */
  void apply(float[] source, float[] target) {
    for (int t = 0; t < first.length; t++) {
      double sum = 0;
      double[] share = shares[t];
      for (int i = 0; i < share.length; i++) {
        sum += share[i] * source[first[t] + i];
      }
      target[t] = (float) sum;
    }
  }

  /** Whether target cell {@code t} and all before it are over before source cell {@code s}. */
  boolean endsBefore(int t, int s) {
    return first[t] + shares[t].length <= s;
  }

  /** The share of source cell {@code s} in target cell {@code t}; 0 where they do not meet. */
  double share(int t, int s) {
    int i = s - first[t];
    return i < 0 || i >= shares[t].length ? 0 : shares[t][i];
  }

  /** Whether target cell {@code t} begins at or before source cell {@code s}. */
  boolean begins(int t, int s) {
    return first[t] <= s;
  }
}
