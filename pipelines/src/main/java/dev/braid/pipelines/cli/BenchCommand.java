package dev.braid.pipelines.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.pipelines.bench.Directories;
import dev.braid.pipelines.bench.EngineRun;
import dev.braid.pipelines.bench.EngineScaling;
import dev.braid.pipelines.bench.ServingWay;
import dev.braid.pipelines.bench.Spread;
import dev.braid.pipelines.bench.SystemMeasurement;
import dev.braid.pipelines.bench.Table3;
import dev.braid.pipelines.demo.ShippedBundle;
import dev.braid.pipelines.engine.Engines;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code braid bench NAME}: measurements that anyone can repeat. */
@Command(
    name = "bench",
    description = "Measures, and prints the figures.",
    mixinStandardHelpOptions = true,
    subcommands = {SoakCommand.class, SoakCommand.InThisProcess.class},
    footer = {
      "",
      "'./braid bench serving' and './braid bench gpu' live in a jar of their own, with what they"
          + " compare: see './braid bench serving --help'.",
    })
final class BenchCommand {
  @Spec private CommandSpec spec;

  /** {@code braid bench table3}. */
  @Command(
      name = "table3",
      description =
          "Holds a bundle as it is shipped (sessions shared, waiting scenes answered together)"
              + " against another that is served row by row with a session for each worker:"
              + " accuracy, time, memory, parameters and response on the test scenes.",
      mixinStandardHelpOptions = true)
  int table3(
      @Option(
              names = "--before",
              paramLabel = "DIR",
              required = true,
              description = "The bundle to beat: 'braid train --variant concat' makes one.")
          Path before,
      @Option(
              names = "--after",
              paramLabel = "DIR",
              required = true,
              description = "The bundle that is shipped: 'braid compress' makes one.")
          Path after,
      @Option(
              names = "--data",
              paramLabel = "DIR",
              required = true,
              description = "The data set whose test scenes are answered.")
          Path data,
      @Option(
              names = "--rounds",
              paramLabel = "N",
              defaultValue = "5",
              description = "Processes of each kind, in turns. Default: ${DEFAULT-VALUE}.")
          int rounds,
      @Option(names = "--json", description = "Print one JSON object.") boolean json)
      throws IOException, InterruptedException {
    check("--rounds", rounds, 1, 100);
    PrintWriter err = spec.commandLine().getErr();
    Table3 table = Table3.run(before, after, data, rounds, line -> err.println("bench: " + line));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("rounds", rounds);
      object.put("arrivalsPerSecond", table.rate());
      object.put("rows", table.rows());
      out.println(JsonMapper.builder().build().writeValueAsString(object));
    } else {
      out.printf("%-20s%32s%32s%10s%n", "", "before", "after", "ratio");
      for (Table3.Row row : table.rows()) {
        out.printf(
            Locale.ROOT,
            "%-20s%32s%32s%10.3f%n",
            row.unit().isEmpty() ? row.name() : row.name() + ", " + row.unit(),
            spread(row.before()),
            spread(row.after()),
            row.ratio());
      }
      out.printf(
          Locale.ROOT,
          "medians of %d (least to most); responses with %.0f scenes arriving in a second%n",
          rounds,
          table.rate());
    }
    out.flush();
    return 0;
  }

  /** One measurement, which {@code table3} starts in a process of its own. */
  @Command(name = "system", hidden = true)
  int system(
      @Option(names = "--way", required = true) String way,
      @Option(names = "--bundle", required = true) Path bundle,
      @Option(names = "--data", required = true) Path data,
      @Option(names = "--rate", required = true) double rate)
      throws IOException, InterruptedException {
    ServingWay chosen =
        Arrays.stream(ServingWay.values())
            .filter(one -> one.label().equals(way))
            .findFirst()
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(), "--way must be before or after, but was: " + way));
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        JsonMapper.builder()
            .build()
            .writeValueAsString(SystemMeasurement.run(chosen, bundle, data, rate)));
    out.flush();
    return 0;
  }

  /** {@code braid bench engines}. */
  @Command(
      name = "engines",
      description =
          "Runs the analysis of a simulated plant on every engine, embedded, with 1 and more"
              + " processors: observations a second, speed-up, and processor time an observation.",
      mixinStandardHelpOptions = true)
  int engines(
      @Option(
              names = "--slots",
              paramLabel = "N",
              split = ",",
              defaultValue = "1,2,4",
              description = "Processors to give, 1 first. Default: ${DEFAULT-VALUE}.")
          List<Integer> slots,
      @Option(
              names = "--machines",
              paramLabel = "N",
              defaultValue = "40",
              description = "Machines of the plant, 8 to 10000. Default: ${DEFAULT-VALUE}.")
          int machines,
      @Option(
              names = "--rounds",
              paramLabel = "N",
              defaultValue = "5",
              description = "Processes of each kind, in turns. Default: ${DEFAULT-VALUE}.")
          int rounds,
      @Option(names = "--json", description = "Print one JSON object.") boolean json)
      throws IOException, InterruptedException {
    check("--rounds", rounds, 1, 100);
    check("--machines", machines, 8, 10_000);
    for (int count : slots) {
      check("--slots", count, 1, 256);
    }
    Path bundle = Files.createTempDirectory("braid-bench-bundle");
    List<EngineScaling.Row> rows;
    PrintWriter err = spec.commandLine().getErr();
    try {
      ShippedBundle.copyTo(bundle);
      rows =
          EngineScaling.run(
              jars(), bundle, slots, machines, rounds, line -> err.println("bench: " + line));
    } finally {
      Directories.delete(bundle);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("rounds", rounds);
      object.put("machines", machines);
      object.put("processors", Runtime.getRuntime().availableProcessors());
      object.put("rows", rows);
      out.println(JsonMapper.builder().build().writeValueAsString(object));
    } else {
      out.printf(
          "%-10s%8s%28s%10s%28s%n",
          "engine", "slots", "observations/s", "speed-up", "processor ms/observation");
      for (EngineScaling.Row row : rows) {
        out.printf(
            Locale.ROOT,
            "%-10s%8d%28s%10.2f%28s%n",
            row.engine(),
            row.slots(),
            spread(row.observationsPerSecond()),
            row.speedUp(),
            spread(row.cpuMillis()));
      }
      out.printf(
          Locale.ROOT,
          "medians of %d (least to most), on a machine with %d processors%n",
          rounds,
          Runtime.getRuntime().availableProcessors());
    }
    out.flush();
    return 0;
  }

  /** One measurement, which {@code engines} starts in a process of its own. */
  @Command(name = "engine", hidden = true)
  int engine(
      @Option(names = "--runner", required = true) String runner,
      @Option(names = "--bundle", required = true) Path bundle,
      @Option(names = "--small", required = true) Path small,
      @Option(names = "--large", required = true) Path large)
      throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        JsonMapper.builder()
            .build()
            .writeValueAsString(EngineRun.measure(Engines.named(runner), bundle, small, large)));
    out.flush();
    return 0;
  }

  /** The launcher builds them, and says where it stands. */
  private static Map<String, Path> jars() {
    String home = System.getProperty("braid.home");
    if (home == null) {
      throw new CommandException("start it with the launcher: ./braid bench engines");
    }
    Map<String, Path> jars = new LinkedHashMap<>();
    for (String engine : List.of("direct", "flink", "spark")) {
      jars.put(engine, Path.of(home, "runners", engine, "target", "braid-" + engine + ".jar"));
    }
    return jars;
  }

  private void check(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(),
          "%s must be between %d and %d, but was: %d".formatted(option, least, most, value));
    }
  }

  private static String spread(Spread spread) {
    String format = spread.median() >= 1000 ? "%,.0f" : spread.median() >= 10 ? "%.1f" : "%.4f";
    String median = String.format(Locale.ROOT, format, spread.median());
    return spread.least() == spread.most()
        ? median
        : median
            + String.format(
                Locale.ROOT, " (" + format + "-" + format + ")", spread.least(), spread.most());
  }
}
