package dev.braid.training.baseline;

import java.util.Arrays;
import java.util.Map;

/**
 * What a stretch of one channel is like.
 *
 * @param low, middle and high are quartiles
 * @param change the mean absolute difference of neighbours
 * @param rise the mean of the second half less that of the first
 * @param crossings the share of neighbours on different sides of the mean
 */
record Signal(
    double mean,
    double deviation,
    double least,
    double low,
    double middle,
    double high,
    double most,
    double change,
    double rise,
    double crossings) {

  /** The signal in {@code [from, to)}, at least one sample. */
  static Signal of(float[] samples, int from, int to) {
    float[] part = Arrays.copyOfRange(samples, from, to);
    double mean = mean(part, 0, part.length);
    double squares = 0;
    double change = 0;
    int crossings = 0;
    for (int i = 0; i < part.length; i++) {
      squares += (part[i] - mean) * (part[i] - mean);
      if (i > 0) {
        change += Math.abs(part[i] - part[i - 1]);
        crossings += (part[i] >= mean) != (part[i - 1] >= mean) ? 1 : 0;
      }
    }
    double rise =
        part.length < 2
            ? 0
            : mean(part, part.length / 2, part.length) - mean(part, 0, part.length / 2);
    int steps = Math.max(1, part.length - 1);
    Arrays.sort(part);
    return new Signal(
        mean,
        Math.sqrt(squares / part.length),
        part[0],
        part[part.length / 4],
        part[part.length / 2],
        part[part.length * 3 / 4],
        part[part.length - 1],
        change / steps,
        rise,
        (double) crossings / steps);
  }

  private static double mean(float[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    return sum / (to - from);
  }

  void addTo(Map<String, Double> features, String prefix) {
    features.put(prefix + "mean", mean);
    features.put(prefix + "deviation", deviation);
    features.put(prefix + "least", least);
    features.put(prefix + "low", low);
    features.put(prefix + "middle", middle);
    features.put(prefix + "high", high);
    features.put(prefix + "most", most);
    features.put(prefix + "change", change);
    features.put(prefix + "rise", rise);
    features.put(prefix + "crossings", crossings);
  }
}
