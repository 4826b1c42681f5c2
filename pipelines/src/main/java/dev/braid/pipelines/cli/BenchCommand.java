package dev.braid.pipelines.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.pipelines.bench.ServingWay;
import dev.braid.pipelines.bench.SystemMeasurement;
import dev.braid.pipelines.bench.Table3;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
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
    mixinStandardHelpOptions = true)
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
    if (rounds < 1 || rounds > 100) {
      throw new ParameterException(
          spec.commandLine(), "--rounds must be between 1 and 100, but was: " + rounds);
    }
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

  private static String spread(Table3.Spread spread) {
    String format = spread.median() >= 1000 ? "%,.0f" : spread.median() >= 10 ? "%.1f" : "%.4f";
    String median = String.format(Locale.ROOT, format, spread.median());
    return spread.least() == spread.most()
        ? median
        : median
            + String.format(
                Locale.ROOT, " (" + format + "-" + format + ")", spread.least(), spread.most());
  }
}
