package dev.braid.pipelines.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * Five rows, before and after: accuracy, time, memory, parameters, response. Each system is
 * measured in a fresh process, in turns, so that both see the same machine.
 */
public final class Table3 {
  /** The share of what {@link ServingWay#BEFORE} can take at which responses are measured. */
  private static final double LOAD = 0.6;

  private final Map<ServingWay, List<SystemMeasurement.Figures>> figures;
  private final double rate;

  /**
   * Median, least and most over the rounds.
   *
   * @param ratio of the medians, after by before
   */
  public record Row(String name, String unit, Spread before, Spread after, double ratio) {}

  private Table3(Map<ServingWay, List<SystemMeasurement.Figures>> figures, double rate) {
    this.figures = figures;
    this.rate = rate;
  }

  /**
   * Measures.
   *
   * @param rounds of each system, at least 1
   * @param progress hears what begins
   * @throws IOException if a process cannot be started or fails
   */
  public static Table3 run(
      Path before, Path after, Path data, int rounds, Consumer<String> progress)
      throws IOException, InterruptedException {
    progress.accept("finding the rate at which scenes arrive");
    SystemMeasurement.Figures first = child(ServingWay.BEFORE, before, data, 0);
    double rate = LOAD * first.scenes() / first.seconds();
    Map<ServingWay, List<SystemMeasurement.Figures>> figures = new LinkedHashMap<>();
    for (int round = 1; round <= rounds; round++) {
      for (ServingWay way : ServingWay.values()) {
        progress.accept("round %d of %d: %s".formatted(round, rounds, way.label()));
        figures
            .computeIfAbsent(way, w -> new ArrayList<>())
            .add(child(way, way == ServingWay.BEFORE ? before : after, data, rate));
      }
    }
    return new Table3(figures, rate);
  }

  /** Scenes that arrived in a second while responses were measured. */
  public double rate() {
    return rate;
  }

  /** The rows, the accuracy of every classification first. */
  public List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (String task : of(ServingWay.BEFORE).get(0).accuracy().keySet()) {
      rows.add(row("accuracy of " + task, "", f -> f.accuracy().getOrDefault(task, Double.NaN)));
    }
    rows.add(row("time", "s", SystemMeasurement.Figures::seconds));
    rows.add(row("memory", "MiB", SystemMeasurement.Figures::peakMebibytes));
    rows.add(row("parameters", "", SystemMeasurement.Figures::parameters));
    rows.add(row("response", "ms", SystemMeasurement.Figures::responseMillis));
    rows.add(row("response p95", "ms", SystemMeasurement.Figures::responseP95Millis));
    return rows;
  }

  private Row row(String name, String unit, ToDoubleFunction<SystemMeasurement.Figures> figure) {
    Spread before = spread(ServingWay.BEFORE, figure);
    Spread after = spread(ServingWay.AFTER, figure);
    return new Row(name, unit, before, after, after.median() / before.median());
  }

  private Spread spread(ServingWay way, ToDoubleFunction<SystemMeasurement.Figures> figure) {
    return Spread.of(of(way).stream().mapToDouble(figure).boxed().toList());
  }

  private List<SystemMeasurement.Figures> of(ServingWay way) {
    return figures.getOrDefault(way, List.of());
  }

  private static SystemMeasurement.Figures child(
      ServingWay way, Path bundle, Path data, double rate)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "dev.braid.pipelines.cli.Main",
            "bench",
            "system",
            "--way=" + way.label(),
            "--bundle=" + bundle.toAbsolutePath(),
            "--data=" + data.toAbsolutePath(),
            "--rate=" + rate);
    // Not as an argument: ONNX Runtime has died of long command lines.
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    try {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(
            "the process that measures '%s' failed; what it said is above".formatted(way.label()));
      }
      return JsonMapper.builder().build().readValue(out, SystemMeasurement.Figures.class);
    } finally {
      process.destroyForcibly();
    }
  }
}
