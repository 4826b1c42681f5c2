package dev.braid.training.baseline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rounds every feature down to one of at most {@value #MOST} quantiles of its training values, as
 * histogram trees do (Ke et al., LightGBM, NeurIPS 2017): a tree has as many splits to weigh as a
 * feature has values.
 */
final class Bins {
  static final int MOST = 255;

  private final Map<String, double[]> edges = new HashMap<>();

  /** The bins of the training rows. */
  Bins(List<Map<String, Double>> rows) {
    Map<String, List<Double>> values = new HashMap<>();
    for (Map<String, Double> row : rows) {
      row.forEach((name, value) -> values.computeIfAbsent(name, n -> new ArrayList<>()).add(value));
    }
    values.forEach(
        (name, all) -> {
          double[] mine = edges(all);
          // A value that every row has tells nothing apart; one that some lack does.
          if (mine.length > 1 || all.size() < rows.size()) {
            edges.put(name, mine);
          }
        });
  }

  private static double[] edges(List<Double> values) {
    double[] distinct =
        values.stream().mapToDouble(Double::doubleValue).sorted().distinct().toArray();
    if (distinct.length <= MOST) {
      return distinct;
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double[] edges = new double[MOST];
    for (int i = 0; i < MOST; i++) {
      edges[i] = sorted[(int) ((long) i * sorted.length / MOST)];
    }
    return Arrays.stream(edges).distinct().toArray();
  }

  /**
   * The row with each value as its bin, the largest edge that is not above it; without features
   * that no training row has, or all of them alike.
   */
  Map<String, Double> round(Map<String, Double> row) {
    Map<String, Double> rounded = new TreeMap<>();
    row.forEach(
        (name, value) -> {
          double[] mine = edges.get(name);
          if (mine != null) {
            int at = Arrays.binarySearch(mine, value);
            rounded.put(name, mine[at >= 0 ? at : Math.max(0, -at - 2)]);
          }
        });
    return rounded;
  }
}
