package dev.braid.training.compress;

import dev.braid.report.ReportPage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The page of a compression: size, speed and accuracy before and after each step. */
public final class CompressionReport {
  private static final String STEPS =
      "The gate looks at the validation scenes after each step. Parameters count every number in"
          + " the models' constants, scales included.";

  private CompressionReport() {}

  /** The page of the run that gave {@code result}. */
  public static ReportPage of(CompressionResult result) {
    Stage before = result.before();
    Stage after = result.after();
    ReportPage page =
        new ReportPage(
            "Compression of " + result.bundle().spec().name(),
            "bundle %s, made of %s"
                .formatted(
                    result.bundle().digest().substring(0, 19), result.source().substring(0, 19)));
    page.figures(figures(result));
    page.table("Steps", STEPS, stepHeader(before), steps(result));
    page.half();
    page.chart("Size", "Bytes of each model file.", sizes(result), 320);
    page.half();
    page.chart(
        "Time",
        "Median processor time of a call with 32 rows, in milliseconds; bundles took turns.",
        times(result),
        320);
    page.chart(
        "Accuracy",
        "On the test scenes, or where there are none on the validation scenes.",
        accuracies(result),
        320);
    page.table(
        "Time of a call",
        "Median processor time in microseconds, before and after, of one thread.",
        List.of("model", "1 row before", "after", "32 rows before", "after", "times as fast"),
        latencies(before, after));
    if (!result.calibrations().isEmpty()) {
      page.table(
          "Ranges of the activations",
          "Loss on the validation scenes for each way to choose them; the least was taken.",
          List.of("ranges by", "loss", "taken"),
          calibrations(result));
    }
    return page;
  }

  private static List<ReportPage.Figure> figures(CompressionResult result) {
    Stage before = result.before();
    Stage after = result.after();
    List<ReportPage.Figure> figures = new ArrayList<>();
    figures.add(
        new ReportPage.Figure(
            "model files",
            decimal(3, (double) after.modelBytes() / before.modelBytes()),
            "of the bytes: %,d instead of %,d".formatted(after.modelBytes(), before.modelBytes())));
    figures.add(
        new ReportPage.Figure(
            "parameters",
            decimal(3, (double) after.parameters() / before.parameters()),
            "of them: %,d instead of %,d".formatted(after.parameters(), before.parameters())));
    result
        .speedUp()
        .forEach(
            (model, times) ->
                figures.add(
                    new ReportPage.Figure(
                        model, decimal(2, times), "times as fast with 32 rows a call")));
    return figures;
  }

  private static List<String> stepHeader(Stage before) {
    List<String> header = new ArrayList<>(List.of("step", "model files", "bundle", "parameters"));
    before.validation().keySet().forEach(task -> header.add(task + ", validation"));
    before.test().keySet().forEach(task -> header.add(task + ", test"));
    return header;
  }

  private static List<List<String>> steps(CompressionResult result) {
    List<List<String>> rows = new ArrayList<>();
    for (Stage stage : result.stages()) {
      List<String> row = new ArrayList<>();
      row.add(stage.step());
      row.add("%,d".formatted(stage.modelBytes()));
      row.add("%,d".formatted(stage.bundleBytes()));
      row.add("%,d".formatted(stage.parameters()));
      stage.validation().values().forEach(value -> row.add(decimal(4, value)));
      stage.test().values().forEach(value -> row.add(decimal(4, value)));
      rows.add(row);
    }
    return rows;
  }

  private static List<List<String>> latencies(Stage before, Stage after) {
    List<List<String>> rows = new ArrayList<>();
    before
        .latency()
        .forEach(
            (model, was) -> {
              Stage.Latency is = after.latency().getOrDefault(model, was);
              rows.add(
                  List.of(
                      model,
                      decimal(0, was.batch1()),
                      decimal(0, is.batch1()),
                      decimal(0, was.batch32()),
                      decimal(0, is.batch32()),
                      decimal(2, was.batch32() / is.batch32())));
            });
    return rows;
  }

  private static List<List<String>> calibrations(CompressionResult result) {
    double least =
        result.calibrations().values().stream().mapToDouble(Double::doubleValue).min().orElse(0);
    List<List<String>> rows = new ArrayList<>();
    result
        .calibrations()
        .forEach(
            (method, loss) ->
                rows.add(List.of(method, decimal(4, loss), loss == least ? "yes" : "no")));
    return rows;
  }

  private static Map<String, Object> sizes(CompressionResult result) {
    Map<String, List<Object>> series = new LinkedHashMap<>();
    for (String model : result.before().bytes().keySet()) {
      series.put(
          model,
          result.stages().stream()
              .map(stage -> (Object) stage.bytes().getOrDefault(model, 0L))
              .toList());
    }
    return bars(names(result), series, true, false);
  }

  private static Map<String, Object> times(CompressionResult result) {
    List<Object> models = List.copyOf(result.before().latency().keySet());
    Map<String, List<Object>> series = new LinkedHashMap<>();
    for (Stage stage : result.stages()) {
      series.put(
          stage.step(),
          stage.latency().values().stream().map(l -> (Object) (l.batch32() / 1000)).toList());
    }
    return bars(models, series, false, false);
  }

  private static Map<String, Object> accuracies(CompressionResult result) {
    Function<Stage, Map<String, Double>> scores =
        result.before().test().isEmpty() ? Stage::validation : Stage::test;
    Map<String, List<Object>> series = new LinkedHashMap<>();
    for (String task : scores.apply(result.before()).keySet()) {
      series.put(
          task,
          result.stages().stream()
              .map(stage -> (Object) scores.apply(stage).getOrDefault(task, 0.0))
              .toList());
    }
    return bars(names(result), series, false, true);
  }

  private static List<Object> names(CompressionResult result) {
    return result.stages().stream().map(stage -> (Object) stage.step()).toList();
  }

  private static Map<String, Object> bars(
      List<Object> categories, Map<String, List<Object>> series, boolean stacked, boolean scale) {
    List<Object> all = new ArrayList<>();
    series.forEach(
        (name, values) -> {
          Map<String, Object> bar = new LinkedHashMap<>();
          bar.put("type", "bar");
          bar.put("name", name);
          bar.put("data", values);
          if (stacked) {
            bar.put("stack", "all");
          }
          all.add(bar);
        });
    Map<String, Object> chart = new LinkedHashMap<>();
    chart.put("grid", Map.of("left", 80, "right", 20, "top", 60, "bottom", 40));
    chart.put("legend", Map.of("top", 0));
    chart.put("tooltip", Map.of("trigger", "axis"));
    chart.put("xAxis", Map.of("type", "category", "data", categories));
    chart.put("yAxis", Map.of("type", "value", "scale", scale));
    chart.put("series", all);
    return chart;
  }

  private static String decimal(int places, double value) {
    return String.format(Locale.ROOT, "%." + places + "f", value);
  }
}
