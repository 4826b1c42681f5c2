package dev.braid.pipelines.demo;

import dev.braid.pipelines.simulate.PlantOptions;
import dev.braid.pipelines.simulate.PlantSpec;
import dev.braid.report.Bands;
import dev.braid.spec.Spec;
import dev.braid.spec.TaskSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The charts of a demo as the report takes them. */
final class DemoCharts {
  /** Light and dark backgrounds both show it through. */
  private static final String NORMAL = "rgba(125, 142, 165, 0.32)";

  private static final List<String> FAULTS = List.of("#2f7ed8", "#d9480f", "#f0b429", "#8c5bd6");
  private static final List<String> MODALITIES =
      List.of("#0f9d8a", "#b5559f", "#5b6ee1", "#93a1b3");
  private static final String TRUTH = "#93a1b3";
  private static final String PREDICTION = "#0f9d8a";
  private static final String ALARM = "#e03131";
  private static final int COLUMNS = 4;
  private static final int CELL = 150;

  private DemoCharts() {}

  /** The labels of the state. */
  static List<String> states(Spec spec) {
    if (spec.tasks().get(PlantSpec.STATE) instanceof TaskSpec.Classification state) {
      return state.labels();
    }
    throw new IllegalStateException("the spec has no state");
  }

  /** Every machine's true and predicted state over time. */
  static Bands bands(DemoResult result) {
    Map<String, String> colours = new LinkedHashMap<>();
    List<String> states = states(result.spec());
    for (int i = 0; i < states.size(); i++) {
      colours.put(states.get(i), i == 0 ? NORMAL : FAULTS.get((i - 1) % FAULTS.size()));
    }
    Duration period = Duration.ofMillis(result.spec().timeWindow("the demo").periodMillis());
    List<String> rows = new ArrayList<>();
    List<Bands.Span> spans = new ArrayList<>();
    result
        .byMachine()
        .forEach(
            (machine, windows) -> {
              spans.addAll(spans(rows.size(), 0, windows, period, ScoredWindow::state));
              spans.addAll(spans(rows.size(), 1, windows, period, w -> w.answered().label()));
              rows.add(machine);
            });
    return new Bands(rows, List.of("truth", "prediction"), colours, spans);
  }

  /** Windows that follow each other and agree are one span. */
  private static List<Bands.Span> spans(
      int row,
      int lane,
      List<ScoredWindow> windows,
      Duration period,
      Function<ScoredWindow, String> kind) {
    List<Bands.Span> spans = new ArrayList<>();
    int first = 0;
    for (int i = 1; i <= windows.size(); i++) {
      if (i == windows.size()
          || !kind.apply(windows.get(i)).equals(kind.apply(windows.get(first)))
          || !end(windows.get(i)).equals(end(windows.get(i - 1)).plus(period))) {
        List<ScoredWindow> stretch = windows.subList(first, i);
        spans.add(
            new Bands.Span(
                row,
                lane,
                end(stretch.get(0)).minus(period),
                end(stretch.get(stretch.size() - 1)),
                kind.apply(stretch.get(0)),
                lane == 0 ? "" : "mean probability " + number(probability(stretch))));
        first = i;
      }
    }
    return spans;
  }

  private static double probability(List<ScoredWindow> windows) {
    return windows.stream().mapToDouble(w -> w.answered().probability()).average().orElse(0);
  }

  /** Every machine's true and predicted health, in a small chart each. */
  static Map<String, Object> health(DemoResult result) {
    List<Object> titles = new ArrayList<>();
    List<Object> grids = new ArrayList<>();
    List<Object> xAxes = new ArrayList<>();
    List<Object> yAxes = new ArrayList<>();
    List<Object> series = new ArrayList<>();
    result
        .byMachine()
        .forEach(
            (machine, windows) -> {
              int at = grids.size();
              String left = 4 + at % COLUMNS * 24.5 + "%";
              int top = 58 + at / COLUMNS * CELL;
              titles.add(
                  Map.of("text", machine, "left", left, "top", top - 22, "textStyle", small(12)));
              grids.add(Map.of("left", left, "top", top, "width", "20%", "height", CELL - 54));
              xAxes.add(
                  Map.of(
                      "type",
                      "value",
                      "gridIndex",
                      at,
                      "min",
                      0,
                      "max",
                      result.options().minutes(),
                      "splitNumber",
                      3,
                      "splitLine",
                      Map.of("show", false),
                      "axisLabel",
                      small(10)));
              yAxes.add(
                  Map.of(
                      "type",
                      "value",
                      "gridIndex",
                      at,
                      "min",
                      0,
                      "max",
                      1,
                      "interval",
                      0.5,
                      "axisLabel",
                      small(10)));
              series.add(
                  line("truth", TRUTH, at, minutes(windows, ScoredWindow::health), "dashed"));
              series.add(
                  line(
                      "prediction",
                      PREDICTION,
                      at,
                      minutes(windows, ScoredWindow::answeredHealth),
                      "solid"));
            });
    return Map.of(
        "title", titles,
        "legend", Map.of("top", 0, "left", 0, "data", List.of("truth", "prediction")),
        "tooltip", Map.of("trigger", "axis"),
        "grid", grids,
        "xAxis", xAxes,
        "yAxis", yAxes,
        "series", series);
  }

  /** In pixels. */
  static int healthHeight(DemoResult result) {
    return 26 + CELL * ((result.byMachine().size() + COLUMNS - 1) / COLUMNS);
  }

  /** The mean share of attention that each modality gets, by predicted state. */
  static Map<String, Object> attention(DemoResult result) {
    List<String> states = new ArrayList<>();
    for (String state : states(result.spec())) {
      if (result.scored().stream().anyMatch(w -> w.answered().label().equals(state))) {
        states.add(state);
      }
    }
    List<Object> series = new ArrayList<>();
    for (String modality : result.spec().modalities().keySet()) {
      List<Object> shares = new ArrayList<>();
      for (String state : states) {
        shares.add(rounded(attention(result.scored(), state, modality)));
      }
      series.add(
          Map.of(
              "type",
              "bar",
              "name",
              modality,
              "stack",
              "attention",
              "data",
              shares,
              "barWidth",
              "62%",
              "itemStyle",
              Map.of("color", MODALITIES.get(series.size() % MODALITIES.size()))));
    }
    return Map.of(
        "legend", Map.of("top", 0, "left", 0),
        "tooltip", Map.of("trigger", "axis", "axisPointer", Map.of("type", "shadow")),
        "grid", Map.of("left", 4, "right", 16, "top", 34, "bottom", 4, "containLabel", true),
        "xAxis", Map.of("type", "value", "min", 0, "max", 1),
        "yAxis", Map.of("type", "category", "data", states, "inverse", true),
        "series", series);
  }

  private static double attention(List<ScoredWindow> scored, String state, String modality) {
    return scored.stream()
        .filter(window -> window.answered().label().equals(state))
        .mapToDouble(
            window -> window.prediction().getAnswer().attention().getOrDefault(modality, 0f))
        .average()
        .orElse(0);
  }

  /** Every machine's anomaly score over time, the threshold, and what lies above it. */
  static Map<String, Object> anomalies(DemoResult result) {
    List<Object> series = new ArrayList<>();
    List<Object> above = new ArrayList<>();
    result
        .byMachine()
        .forEach(
            (machine, windows) -> {
              series.add(line(machine, TRUTH, 0, points(windows, DemoCharts::score), "solid"));
              for (ScoredWindow window : windows) {
                if (window.prediction().isAnomaly()) {
                  above.add(point(window, score(window)));
                }
              }
            });
    double threshold = result.scored().get(0).prediction().getAnomalyThreshold();
    series.add(
        Map.of(
            "type",
            "scatter",
            "name",
            "above",
            "data",
            above,
            "symbolSize",
            5,
            "z",
            5,
            "itemStyle",
            Map.of("color", ALARM),
            "markLine",
            Map.of(
                "symbol",
                "none",
                "silent",
                true,
                "lineStyle",
                Map.of("type", "dashed", "color", ALARM),
                "label",
                Map.of("formatter", "threshold", "position", "insideEndTop", "color", ALARM),
                "data",
                List.of(Map.of("yAxis", threshold)))));
    return Map.of(
        "useUTC", true,
        "tooltip", Map.of("trigger", "item"),
        "grid", Map.of("left", 4, "right", 16, "top", 14, "bottom", 4, "containLabel", true),
        "xAxis", Map.of("type", "time", "min", "dataMin", "max", "dataMax"),
        "yAxis", Map.of("type", "value", "scale", true),
        "series", series);
  }

  private static double score(ScoredWindow window) {
    return window.prediction().getAnswer().anomalyScore();
  }

  private static Map<String, Object> line(
      String name, String colour, int axis, List<Object> points, String style) {
    return Map.of(
        "type",
        "line",
        "name",
        name,
        "data",
        points,
        "showSymbol",
        false,
        "xAxisIndex",
        axis,
        "yAxisIndex",
        axis,
        "itemStyle",
        Map.of("color", colour),
        "lineStyle",
        Map.of("width", 1.6, "type", style, "color", colour));
  }

  private static List<Object> points(
      List<ScoredWindow> windows, Function<ScoredWindow, Double> value) {
    List<Object> points = new ArrayList<>();
    for (ScoredWindow window : windows) {
      points.add(point(window, value.apply(window)));
    }
    return points;
  }

  /** Points over the minutes since the simulation began. */
  private static List<Object> minutes(
      List<ScoredWindow> windows, Function<ScoredWindow, Double> value) {
    List<Object> points = new ArrayList<>();
    for (ScoredWindow window : windows) {
      double since = Duration.between(PlantOptions.BEGIN, end(window)).toMillis() / 60_000.0;
      points.add(List.of(rounded(since), rounded(value.apply(window))));
    }
    return points;
  }

  private static Object point(ScoredWindow window, double value) {
    return List.of(end(window).toEpochMilli(), rounded(value));
  }

  private static Map<String, Object> small(int size) {
    return Map.of("fontSize", size, "hideOverlap", true);
  }

  private static Instant end(ScoredWindow window) {
    return window.prediction().getWindowEnd();
  }

  private static double rounded(double value) {
    return Math.round(value * 10_000) / 10_000.0;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
