package dev.braid.training.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The charts of trainings and comparisons as ECharts takes them. */
public final class Charts {
  private static final Map<String, Object> GRID =
      Map.of("left", 60, "right", 30, "top", 40, "bottom", 50);

  private Charts() {}

  /**
   * One line for each series.
   *
   * @param axis what {@code x} is
   */
  public static Map<String, Object> lines(
      String axis, List<Object> x, Map<String, List<Object>> series) {
    List<Object> lines = new ArrayList<>();
    series.forEach(
        (name, values) ->
            lines.add(Map.of("type", "line", "name", name, "data", values, "symbolSize", 5)));
    return Map.of(
        "grid",
        GRID,
        "legend",
        Map.of("top", 0),
        "tooltip",
        Map.of("trigger", "axis"),
        "xAxis",
        Map.of(
            "type", "category", "data", x, "name", axis, "nameLocation", "middle", "nameGap", 28),
        "yAxis",
        Map.of("type", "value", "scale", true),
        "series",
        lines);
  }

  /**
   * One bar for each name, with a whisker from the least to the most.
   *
   * @param spreads mean, least and most
   */
  public static Map<String, Object> bars(List<String> names, List<List<Object>> spreads) {
    List<Object> means = new ArrayList<>();
    List<Object> whiskers = new ArrayList<>();
    for (List<Object> spread : spreads) {
      // Each whisker is a line of its own at its bar's place on the axis.
      String name = names.get(means.size());
      means.add(spread.get(0));
      whiskers.add(
          Map.of(
              "type",
              "line",
              "data",
              List.of(List.of(name, spread.get(1)), List.of(name, spread.get(2))),
              "symbol",
              "rect",
              "symbolSize",
              List.of(16, 2),
              "silent",
              true,
              "color",
              "#1d2b3f",
              "lineStyle",
              Map.of("width", 2)));
    }
    List<Object> series = new ArrayList<>();
    series.add(
        Map.of(
            "type",
            "bar",
            "data",
            means,
            "barMaxWidth",
            80,
            "label",
            Map.of("show", true, "position", "insideBottom", "formatter", "{c}", "color", "#fff")));
    series.addAll(whiskers);
    return Map.of(
        "grid",
        GRID,
        "tooltip",
        Map.of("trigger", "item"),
        "xAxis",
        Map.of("type", "category", "data", names),
        "yAxis",
        Map.of("type", "value", "min", 0),
        "series",
        series);
  }

  /** Counts by true label (rows) and answer (columns). */
  static Map<String, Object> matrix(List<String> labels, int[][] counts) {
    List<Object> cells = new ArrayList<>();
    int most = 1;
    for (int row = 0; row < counts.length; row++) {
      for (int column = 0; column < counts.length; column++) {
        cells.add(List.of(column, counts.length - 1 - row, counts[row][column]));
        most = Math.max(most, counts[row][column]);
      }
    }
    List<String> upwards = new ArrayList<>(labels);
    java.util.Collections.reverse(upwards);
    return Map.of(
        "grid",
        Map.of("left", 130, "right", 30, "top", 20, "bottom", 50),
        "tooltip",
        Map.of(),
        "xAxis",
        Map.of(
            "type",
            "category",
            "data",
            labels,
            "name",
            "answer",
            "nameLocation",
            "middle",
            "nameGap",
            28),
        "yAxis",
        Map.of(
            "type",
            "category",
            "data",
            upwards,
            "name",
            "truth",
            "nameLocation",
            "middle",
            "nameGap",
            110),
        "visualMap",
        Map.of(
            "min",
            0,
            "max",
            most,
            "show",
            false,
            "inRange",
            Map.of("color", List.of("#f3f6fb", "#1f5fbf"))),
        "series",
        List.of(Map.of("type", "heatmap", "data", cells, "label", Map.of("show", true))));
  }

  /**
   * Points of stated probability, share of right answers and number of scenes, beside the diagonal.
   */
  static Map<String, Object> reliability(List<Object> points) {
    Map<String, Object> axis = Map.of("type", "value", "min", 0, "max", 1);
    Map<String, Object> x = new java.util.HashMap<>(axis);
    x.put("name", "stated probability");
    x.put("nameLocation", "middle");
    x.put("nameGap", 28);
    Map<String, Object> y = new java.util.HashMap<>(axis);
    y.put("name", "share right");
    return Map.of(
        "grid",
        GRID,
        "tooltip",
        Map.of("trigger", "item"),
        "xAxis",
        x,
        "yAxis",
        y,
        "series",
        List.of(
            Map.of(
                "type",
                "line",
                "data",
                List.of(List.of(0, 0), List.of(1, 1)),
                "symbol",
                "none",
                "silent",
                true,
                "lineStyle",
                Map.of("type", "dashed", "color", "#9aa5b4")),
            Map.of("type", "line", "data", points, "symbolSize", 9)));
  }
}
