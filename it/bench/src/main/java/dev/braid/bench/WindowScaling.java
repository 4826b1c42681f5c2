package dev.braid.bench;

import dev.braid.pipelines.bench.Directories;
import dev.braid.pipelines.bench.Spread;
import dev.braid.pipelines.cli.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** What sliding windows cost while they grow, by way of making them, on every engine. */
final class WindowScaling {
  private WindowScaling() {}

  /**
   * One way at one ratio of size to period, over the rounds.
   *
   * @param ofSmallest the rate as a share of that at the smallest ratio in the same round
   * @param cpuMicros of processor time, of all threads, that an observation costs
   * @param encodeMicros by the clock that the encoder's session takes for an observation
   * @param fuseMicros the same of the fusion, for the windows that an observation brings
   * @param encoderRows that an observation costs
   * @param windows that are answered, for an observation
   */
  record Row(
      String engine,
      String way,
      int ratio,
      Spread observationsPerSecond,
      Spread ofSmallest,
      Spread cpuMicros,
      Spread encodeMicros,
      Spread fuseMicros,
      double encoderRows,
      double windows) {}

  /**
   * What to measure.
   *
   * @param home where the jars are built
   * @param ratios of size to period, the smallest first
   * @param seconds that a run of the smallest takes, about
   */
  record Plan(Path home, List<String> engines, List<Integer> ratios, double seconds, int rounds) {}

  /**
   * Measures.
   *
   * @param progress hears what begins
   * @throws IOException if a process cannot be started
   * @throws CommandException if one fails
   */
  static List<Row> measure(Plan plan, Consumer<String> progress)
      throws IOException, InterruptedException {
    List<Row> rows = new ArrayList<>();
    Path bundle = Files.createTempDirectory("braid-bench");
    try {
      BenchBundle.write(bundle, WindowLoad.NET, false);
      for (String engine : plan.engines()) {
        progress.accept(
            "%s, size/period %s, %d rounds".formatted(engine, plan.ratios(), plan.rounds()));
        MeasuredWindows.Figures[] figures =
            new EngineProcess(plan.home(), engine)
                .measure(
                    MeasuredWindows.Figures[].class,
                    "measure-windows",
                    "--bundle=" + bundle,
                    "--ratios=" + plan.ratios().toString().replaceAll("[\\[\\] ]", ""),
                    "--seconds=" + plan.seconds(),
                    "--rounds=" + plan.rounds());
        rows.addAll(rows(engine, Arrays.asList(figures)));
      }
    } finally {
      Directories.delete(bundle);
    }
    return rows;
  }

  /** The figures of one engine, those of the smallest ratio before the others of their round. */
  static List<Row> rows(String engine, List<MeasuredWindows.Figures> figures) {
    Map<WindowWay, Map<Integer, List<MeasuredWindows.Figures>>> cells = new LinkedHashMap<>();
    for (MeasuredWindows.Figures one : figures) {
      cells
          .computeIfAbsent(one.way(), way -> new LinkedHashMap<>())
          .computeIfAbsent(one.ratio(), ratio -> new ArrayList<>())
          .add(one);
    }
    List<Row> rows = new ArrayList<>();
    cells.forEach(
        (way, ratios) -> {
          List<MeasuredWindows.Figures> first =
              Objects.requireNonNull(ratios.values().iterator().next());
          ratios.forEach((ratio, all) -> rows.add(row(engine, way, ratio, all, first)));
        });
    return rows;
  }

  private static Row row(
      String engine,
      WindowWay way,
      int ratio,
      List<MeasuredWindows.Figures> all,
      List<MeasuredWindows.Figures> first) {
    List<Double> shares = new ArrayList<>();
    for (int round = 0; round < all.size(); round++) {
      shares.add(rate(all.get(round)) / rate(first.get(round)));
    }
    MeasuredWindows.Figures any = all.get(0);
    return new Row(
        engine,
        way.label(),
        ratio,
        Spread.of(all.stream().map(WindowScaling::rate).toList()),
        Spread.of(shares),
        micros(all, MeasuredWindows.Figures::cpuSeconds),
        micros(all, MeasuredWindows.Figures::encodeSeconds),
        micros(all, MeasuredWindows.Figures::fuseSeconds),
        (double) any.encoderRows() / any.observations(),
        (double) any.windows() / any.observations());
  }

  private static double rate(MeasuredWindows.Figures figures) {
    return figures.observations() / figures.seconds();
  }

  private static Spread micros(
      List<MeasuredWindows.Figures> all, ToDoubleFunction<MeasuredWindows.Figures> seconds) {
    return Spread.of(
        all.stream().map(one -> 1e6 * seconds.applyAsDouble(one) / one.observations()).toList());
  }
}
