package dev.braid.featurizer;

/** Mean and deviation of a stream of numbers (Welford, Technometrics 4(3), 1962). */
final class RunningMoments {
  /** Below this share of the mean a deviation is nothing but rounding. */
  private static final double ROUNDING = 1e-12;

  private long count;
  private double mean;
  private double squares;

  void add(double value) {
    count++;
    double delta = value - mean;
    mean += delta / count;
    squares += delta * (value - mean);
  }

  double mean() {
    return mean;
  }

  /** The population's standard deviation; 1 where there is no spread to divide by. */
  double deviation() {
    double deviation = count == 0 ? 0 : Math.sqrt(squares / count);
    return deviation > Math.max(Double.MIN_NORMAL, ROUNDING * Math.abs(mean)) ? deviation : 1;
  }
}
