package dev.braid.training.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The charts of a training as ECharts takes them. */
final class Charts {
  private static final Map<String, Object> GRID =
      Map.of("left", 60, "right", 30, "top", 40, "bottom", 50);

  private Charts() {}

  /** One line for each series over whole numbers. */
  static Map<String, Object> lines(List<Object> x, Map<String, List<Object>> series) {
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
            "type",
            "category",
            "data",
            x,
            "name",
            "epoch",
            "nameLocation",
            "middle",
            "nameGap",
            28),
        "yAxis",
        Map.of("type", "value", "scale", true),
        "series",
        lines);
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
