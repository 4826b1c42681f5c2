package dev.braid.bench;

import dev.braid.pipelines.bench.Directories;
import dev.braid.pipelines.bench.Spread;
import dev.braid.pipelines.cli.CommandException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** The share of ONNX Runtime's own speed that each system has, on every engine and net. */
final class ServingShares {
  private ServingShares() {}

  /**
   * One system.
   *
   * @param rowsPerSecond over the rounds
   * @param share of the limit of the same round on the same engine
   */
  record Row(
      String net,
      String precision,
      String engine,
      String system,
      Spread rowsPerSecond,
      Spread share) {}

  /**
   * One engine and net.
   *
   * @param limitBatch rows of a call of the bare loop, the quickest of some
   * @param generatorPerSecond rows that the generator makes on that engine
   * @param featurizerPerSecond rows that one thread makes of observations or scenes
   */
  record Setting(
      String net,
      String precision,
      String engine,
      int limitBatch,
      double generatorPerSecond,
      double featurizerPerSecond) {}

  /** What was measured. */
  record Result(List<Row> rows, List<Setting> settings) {}

  /**
   * What to measure.
   *
   * @param home where the jars are built
   * @param seconds of every run
   */
  record Plan(
      Path home,
      List<Net> nets,
      List<String> precisions,
      List<String> engines,
      double seconds,
      double warmUp,
      int rounds) {}

  /**
   * Measures.
   *
   * @param progress hears what begins
   * @throws IOException if a process cannot be started
   * @throws CommandException if one fails
   */
  static Result measure(Plan plan, Consumer<String> progress)
      throws IOException, InterruptedException {
    List<Row> rows = new ArrayList<>();
    List<Setting> settings = new ArrayList<>();
    for (Net net : plan.nets()) {
      for (String precision : plan.precisions()) {
        Path bundle = Files.createTempDirectory("braid-bench");
        try {
          BenchBundle.write(bundle, net, precision.equals("int8"));
          for (String engine : plan.engines()) {
            String name = net.name().toLowerCase(Locale.ROOT);
            progress.accept("%s, %s, %s".formatted(name, precision, engine));
            EngineRates rates =
                new EngineProcess(plan.home(), engine)
                    .measure(
                        EngineRates.class,
                        "measure",
                        "--net=" + net,
                        "--bundle=" + bundle,
                        "--seconds=" + plan.seconds(),
                        "--warm-up=" + plan.warmUp(),
                        "--rounds=" + plan.rounds());
            settings.add(
                new Setting(
                    name, precision, engine, rates.batch(), rates.generator(), rates.featurizer()));
            rows.addAll(rows(name, precision, engine, rates.systems()));
          }
        } finally {
          Directories.delete(bundle);
        }
      }
    }
    return new Result(rows, settings);
  }

  private static List<Row> rows(
      String net, String precision, String engine, Map<String, List<Double>> systems) {
    List<Double> limit = Objects.requireNonNull(systems.get("limit"));
    List<Row> rows = new ArrayList<>();
    systems.forEach(
        (system, rates) -> {
          List<Double> shares = new ArrayList<>();
          for (int round = 0; round < rates.size(); round++) {
            // The limit before it and, but for the last round, the one after it.
            double after = limit.get(Math.min(round + 1, limit.size() - 1));
            double beside =
                system.equals("limit") ? limit.get(round) : (limit.get(round) + after) / 2;
            shares.add(rates.get(round) / beside);
          }
          rows.add(new Row(net, precision, engine, system, Spread.of(rates), Spread.of(shares)));
        });
    return rows;
  }
}
