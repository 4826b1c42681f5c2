package dev.braid.pipelines.bench;

import java.util.List;

/** Median, least and most of some measurements. */
public record Spread(double median, double least, double most) {
  /** The spread of some numbers, at least one. */
  public static Spread of(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return new Spread(sorted.get(sorted.size() / 2), sorted.get(0), sorted.get(sorted.size() - 1));
  }
}
