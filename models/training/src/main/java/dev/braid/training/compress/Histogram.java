package dev.braid.training.compress;

/**
 * What was seen of one activation: its extremes in a first pass, then counts of {@value #BINS}
 * equal stretches between them in a second one. Not safe for several threads.
 */
final class Histogram {
  private static final int BINS = 2048;

  /** Magnitudes that a byte tells apart on either side of 0. */
  private static final int LEVELS = 128;

  private float low = Float.POSITIVE_INFINITY;
  private float high = Float.NEGATIVE_INFINITY;
  private final long[] counts = new long[BINS];
  private long total;

  /** Takes numbers in for the extremes. */
  void widen(float[] values) {
    for (float value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }

  /** Counts numbers that the extremes are known of. */
  void count(float[] values) {
    double width = width();
    for (float value : values) {
      int bin = width == 0 ? 0 : (int) ((value - low) / width);
      counts[Math.max(0, Math.min(BINS - 1, bin))]++;
    }
    total += values.length;
  }

  float low() {
    return low;
  }

  float high() {
    return high;
  }

  /** The end of the first bin up to which that share of the numbers lies. */
  float quantile(double share) {
    long wanted = (long) Math.ceil(share * total);
    long seen = 0;
    for (int bin = 0; bin < BINS; bin++) {
      seen += counts[bin];
      if (seen >= wanted) {
        // A low quantile is a lower end: all of its bin belongs to the range.
        return (float) (low + width() * (share < 0.5 ? bin : bin + 1));
      }
    }
    return high;
  }

  /** The magnitude to clip at that loses least information. */
  float entropyThreshold() {
    double most = Math.max(Math.abs(low), Math.abs(high));
    double[] magnitudes = new double[BINS];
    for (int bin = 0; bin < BINS; bin++) {
      double middle = low + (bin + 0.5) * width();
      magnitudes[Math.min(BINS - 1, (int) (Math.abs(middle) / most * BINS))] += counts[bin];
    }
    // Zeros are exact however wide the range is, and after a ReLU they would drown the rest.
    magnitudes[0] = 0;
    double best = Double.POSITIVE_INFINITY;
    int kept = BINS;
    for (int end = LEVELS; end <= BINS; end += 8) {
      double divergence = divergence(magnitudes, end);
      if (divergence < best) {
        best = divergence;
        kept = end;
      }
    }
    return (float) (most * kept / BINS);
  }

  /** The divergence between the first {@code end} bins with the rest in the last, and rounded. */
  private static double divergence(double[] bins, int end) {
    double[] clipped = java.util.Arrays.copyOf(bins, end);
    for (int bin = end; bin < BINS; bin++) {
      clipped[end - 1] += bins[bin];
    }
    double sum = 0;
    double roundedSum = 0;
    double[] rounded = new double[end];
    for (int level = 0; level < LEVELS; level++) {
      int from = (int) ((long) level * end / LEVELS);
      int to = (int) ((long) (level + 1) * end / LEVELS);
      double inside = 0;
      int filled = 0;
      for (int bin = from; bin < to; bin++) {
        inside += bins[bin];
        filled += clipped[bin] > 0 ? 1 : 0;
      }
      for (int bin = from; bin < to; bin++) {
        rounded[bin] = clipped[bin] > 0 ? inside / filled : 0;
        sum += clipped[bin];
        roundedSum += rounded[bin];
      }
    }
    double divergence = 0;
    for (int bin = 0; bin < end; bin++) {
      if (clipped[bin] > 0) {
        double p = clipped[bin] / sum;
        double q = Math.max(1e-12, rounded[bin] / Math.max(1e-12, roundedSum));
        divergence += p * Math.log(p / q);
      }
    }
    return divergence;
  }

  private double width() {
    return ((double) high - low) / BINS;
  }
}
