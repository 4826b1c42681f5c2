package dev.braid.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.pipelines.bench.Directories;
import dev.braid.pipelines.bench.Spread;
import dev.braid.pipelines.cli.CommandException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
            EngineRates rates = child(plan, engine, net, bundle);
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

  private static EngineRates child(Plan plan, String engine, Net net, Path bundle)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx3g");
    // What an engine's jar opens in its manifest, which counts for 'java -jar' alone.
    for (String opened :
        List.of(
            "lang",
            "lang.invoke",
            "lang.reflect",
            "io",
            "net",
            "nio",
            "util",
            "util.concurrent",
            "util.concurrent.atomic")) {
      command.add("--add-opens=java.base/java." + opened + "=ALL-UNNAMED");
    }
    for (String opened :
        List.of(
            "jdk.internal.ref",
            "sun.nio.ch",
            "sun.nio.cs",
            "sun.security.action",
            "sun.util.calendar")) {
      command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
    }
    command.addAll(
        List.of(
            "dev.braid.bench.Main",
            "bench",
            "measure",
            "--runner=" + engine,
            "--net=" + net,
            "--bundle=" + bundle,
            "--seconds=" + plan.seconds(),
            "--warm-up=" + plan.warmUp(),
            "--rounds=" + plan.rounds()));
    ProcessBuilder builder = new ProcessBuilder(command);
    // Not as an argument: ONNX Runtime has died of long command lines. The engine's jar first.
    builder
        .environment()
        .put(
            "CLASSPATH",
            plan.home().resolve("runners/%s/target/braid-%s.jar".formatted(engine, engine))
                + System.getProperty("path.separator")
                + plan.home().resolve("it/bench/target/braid-bench.jar"));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    try {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new CommandException(
            "the process that measures %s failed; what it said is above".formatted(engine));
      }
      return JsonMapper.builder().build().readValue(out, EngineRates.class);
    } finally {
      process.destroyForcibly();
    }
  }
}
