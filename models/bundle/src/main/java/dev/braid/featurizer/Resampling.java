package dev.braid.featurizer;

/** Changes the number of samples over the same stretch. */
final class Resampling {
  private Resampling() {}

  /**
   * Fills {@code target} from {@code source}: the mean over each target cell where there are fewer
   * cells, linear interpolation between the centres of the source cells where there are more.
   */
  static void resample(float[] source, float[] target) {
    latest(source, target.length, target);
  }

  /**
   * Fills {@code target} with the last cells of {@code source} resampled to {@code length} cells.
   *
   * @param length at least the length of {@code target}
   */
  static void latest(float[] source, long length, float[] target) {
    double cell = source.length / (double) length;
    long skipped = length - target.length;
    if (source.length == length) {
      System.arraycopy(source, (int) skipped, target, 0, target.length);
      return;
    }
    for (int t = 0; t < target.length; t++) {
      target[t] =
          length < source.length
              ? mean(source, (skipped + t) * cell, (skipped + t + 1) * cell)
              : between(source, (skipped + t + 0.5) * cell - 0.5);
    }
  }

  private static float mean(float[] source, double begin, double end) {
    int last = Math.min(source.length, (int) Math.ceil(end));
    double sum = 0;
    double width = 0;
    for (int s = (int) begin; s < last; s++) {
      double share = Math.min(end, s + 1.0) - Math.max(begin, s);
      sum += source[s] * share;
      width += share;
    }
    return (float) (sum / width);
  }

  private static float between(float[] source, double position) {
    double at = Math.max(0, Math.min(source.length - 1.0, position));
    int left = (int) at;
    int right = Math.min(source.length - 1, left + 1);
    double share = at - left;
    return (float) (source[left] * (1 - share) + source[right] * share);
  }
}
