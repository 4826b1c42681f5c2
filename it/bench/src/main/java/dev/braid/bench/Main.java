package dev.braid.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.cli.Frame;
import dev.braid.pipelines.bench.Spread;
import dev.braid.pipelines.cli.CommandException;
import dev.braid.pipelines.engine.Engines;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The benchmarks that compare the product with others, and devices with each other. */
@Command(name = "braid", subcommands = Main.Bench.class)
public final class Main {
  private Main() {}

  /** Runs the command and ends the process. */
  public static void main(String[] arguments) {
    Frame.main(Main::run, arguments);
  }

  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return Frame.run(
        new Main(),
        Set.of(CommandException.class, InvalidBundleException.class),
        out,
        err,
        arguments);
  }

  /** {@code braid bench NAME}. */
  @Command(
      name = "bench",
      subcommands = {
        GpuCommand.class,
        LatencyCommand.class,
        WindowsCommand.class,
        WindowsCommand.OneEngine.class
      },
      description = "Measures, and prints the figures.")
  static final class Bench {
    @Spec private CommandSpec spec;

    /** {@code braid bench serving}. */
    @Command(
        name = "serving",
        description =
            "Rows a second of the pipeline on every engine, embedded, as a share of a bare loop"
                + " around one ONNX Runtime session, beside a Beam pipeline that goes row by row"
                + " and a Flink job written by hand.",
        mixinStandardHelpOptions = true)
    int serving(
        @Option(
                names = "--nets",
                paramLabel = "NET",
                split = ",",
                defaultValue = "tiny,small,medium",
                description = "Default: ${DEFAULT-VALUE}.")
            List<Net> nets,
        @Option(
                names = "--precisions",
                paramLabel = "P",
                split = ",",
                defaultValue = "fp32,int8",
                description = "Default: ${DEFAULT-VALUE}.")
            List<String> precisions,
        @Option(
                names = "--engines",
                paramLabel = "E",
                split = ",",
                defaultValue = "direct,flink,spark",
                description = "Default: ${DEFAULT-VALUE}.")
            List<String> engines,
        @Option(
                names = "--seconds",
                paramLabel = "S",
                defaultValue = "20",
                description = "Of every run, 1 to 600. Default: ${DEFAULT-VALUE}.")
            double seconds,
        @Option(
                names = "--warm-up",
                paramLabel = "S",
                defaultValue = "10",
                description = "Of every system, 1 to 600. Default: ${DEFAULT-VALUE}.")
            double warmUp,
        @Option(
                names = "--rounds",
                paramLabel = "N",
                defaultValue = "5",
                description = "Runs of each system, in turns. Default: ${DEFAULT-VALUE}.")
            int rounds,
        @Option(names = "--json", description = "Print one JSON object.") boolean json)
        throws Exception {
      check(spec, "--rounds", rounds, 1, 100);
      check(spec, "--seconds", seconds, 1, 600);
      check(spec, "--warm-up", warmUp, 1, 600);
      known(spec, "--precisions", precisions, List.of("fp32", "int8"));
      known(spec, "--engines", engines, List.of("direct", "flink", "spark"));
      PrintWriter err = spec.commandLine().getErr();
      ServingShares.Result result =
          ServingShares.measure(
              new ServingShares.Plan(
                  home(spec), nets, precisions, engines, seconds, warmUp, rounds),
              line -> err.println("bench: " + line));
      int processors = Runtime.getRuntime().availableProcessors();
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("rounds", rounds);
        object.put("seconds", seconds);
        object.put("processors", processors);
        object.put("rows", result.rows());
        object.put("settings", result.settings());
        out.println(JsonMapper.builder().build().writeValueAsString(object));
      } else {
        print(out, result);
        out.printf(
            Locale.ROOT,
            "medians of %d runs of %.0f s (least to most), on %d processors%n",
            rounds,
            seconds,
            processors);
      }
      out.flush();
      return 0;
    }

    /** One engine and net, which {@code serving} measures in a process of its own. */
    @Command(name = "measure", hidden = true)
    int measure(
        @Option(names = "--runner", required = true) String runner,
        @Option(names = "--net", required = true) Net net,
        @Option(names = "--bundle", required = true) Path bundle,
        @Option(names = "--seconds", required = true) double seconds,
        @Option(names = "--warm-up", required = true) double warmUp,
        @Option(names = "--rounds", required = true) int rounds)
        throws Exception {
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          JsonMapper.builder()
              .build()
              .writeValueAsString(
                  new MeasuredEngine(Engines.named(runner), net, bundle)
                      .measure(seconds, warmUp, rounds)));
      out.flush();
      return 0;
    }

    private static void print(PrintWriter out, ServingShares.Result result) {
      out.printf("%-8s%-6s%-8s%-13s%34s%26s%n", "net", "", "engine", "system", "rows/s", "share");
      for (ServingShares.Row row : result.rows()) {
        out.printf(
            Locale.ROOT,
            "%-8s%-6s%-8s%-13s%34s%26s%n",
            row.net(),
            row.precision(),
            row.engine(),
            row.system(),
            spread("%,.0f", row.rowsPerSecond()),
            spread("%.3f", row.share()));
      }
      for (ServingShares.Setting setting : result.settings()) {
        out.printf(
            Locale.ROOT,
            "%s %s on %s: the limit in batches of %d; the generator alone %,.0f rows/s; rows made by"
                + " one thread %,.0f a second%n",
            setting.net(),
            setting.precision(),
            setting.engine(),
            setting.limitBatch(),
            setting.generatorPerSecond(),
            setting.featurizerPerSecond());
      }
    }
  }

  /** Where the launcher has built the jars. */
  static Path home(CommandSpec spec) {
    String home = System.getProperty("braid.home");
    if (home == null) {
      throw new ParameterException(
          spec.commandLine(), "start it with the launcher: ./braid bench NAME");
    }
    return Path.of(home);
  }

  static String spread(String format, Spread spread) {
    return String.format(
        Locale.ROOT,
        format + " (" + format + "-" + format + ")",
        spread.median(),
        spread.least(),
        spread.most());
  }

  static void check(CommandSpec spec, String option, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      DecimalFormat plain = new DecimalFormat("0", DecimalFormatSymbols.getInstance(Locale.ROOT));
      plain.setMaximumFractionDigits(6);
      throw new ParameterException(
          spec.commandLine(),
          "%s must be between %s and %s, but was: %s"
              .formatted(option, plain.format(least), plain.format(most), plain.format(value)));
    }
  }

  static void known(CommandSpec spec, String option, List<String> given, List<String> known) {
    for (String one : given) {
      if (!known.contains(one)) {
        throw new ParameterException(
            spec.commandLine(), "%s must be among %s, but was: %s".formatted(option, known, one));
      }
    }
  }
}
