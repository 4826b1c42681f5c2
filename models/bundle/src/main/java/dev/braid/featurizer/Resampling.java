package dev.braid.featurizer;

/** Changes the number of samples over the same stretch. */
final class Resampling {
  private Resampling() {}

  /**
   * Fills {@code target} from {@code source}: the mean over each target cell where there are fewer
   * cells, linear interpolation between the centres of the source cells where there are more.
   */
  static void resample(float[] source, float[] target) {
    int from = source.length;
    int to = target.length;
    if (from == to) {
      System.arraycopy(source, 0, target, 0, to);
    } else if (to < from) {
      shrink(source, target);
    } else {
      stretch(source, target);
    }
  }

  private static void shrink(float[] source, float[] target) {
    double cell = (double) source.length / target.length;
    for (int t = 0; t < target.length; t++) {
      double begin = t * cell;
      double end = Math.min(source.length, begin + cell);
      double sum = 0;
      for (int s = (int) begin; s < end; s++) {
        sum += source[s] * (Math.min(end, s + 1.0) - Math.max(begin, s));
      }
      target[t] = (float) (sum / (end - begin));
    }
  }

  private static void stretch(float[] source, float[] target) {
    double cell = (double) source.length / target.length;
    for (int t = 0; t < target.length; t++) {
      double at = Math.max(0, Math.min(source.length - 1.0, (t + 0.5) * cell - 0.5));
      int left = (int) at;
      int right = Math.min(source.length - 1, left + 1);
      double share = at - left;
      target[t] = (float) (source[left] * (1 - share) + source[right] * share);
    }
  }
}
