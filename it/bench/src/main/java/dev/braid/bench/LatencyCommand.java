package dev.braid.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code braid bench latency}. */
@Command(
    name = "latency",
    description =
        "Starts a Kafka broker and a Flink cluster, finds how many observations a second a run from"
            + " topic to topic works off, sends a share of that, and tells how long after its"
            + " window has closed an answer is in its topic.",
    mixinStandardHelpOptions = true)
final class LatencyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--load",
      paramLabel = "SHARE",
      defaultValue = "0.7",
      description = "Of the capacity, 0.01 to 1. Default: ${DEFAULT-VALUE}.")
  private double load;

  @Option(
      names = "--observations",
      paramLabel = "N",
      defaultValue = "400000",
      description =
          "Observations that the capacity is found with, 100,000 to 10,000,000; the first half warms"
              + " up. Default: ${DEFAULT-VALUE}.")
  private int observations;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      defaultValue = "60",
      description = "At that rate, 1 to 600. Default: ${DEFAULT-VALUE}.")
  private int warmUp;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "20",
      description = "Of every round, 1 to 600. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "1 to 100. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Parameters(
      paramLabel = "[-- OPTIONS...]",
      hideParamSyntax = true,
      description = "Options of Beam, for the job.")
  private List<String> options = List.of();

  @Override
  public Integer call() throws Exception {
    Main.check(spec, "--rounds", rounds, 1, 100);
    Main.check(spec, "--seconds", seconds, 1, 600);
    Main.check(spec, "--warm-up", warmUp, 1, 600);
    Main.check(spec, "--observations", observations, 100_000, 10_000_000);
    Main.check(spec, "--load", load, 0.01, 1);
    PrintWriter err = spec.commandLine().getErr();
    LatencyRun.Result result =
        LatencyRun.measure(
            new LatencyRun.Plan(
                Main.home(spec), load, observations, warmUp, seconds, rounds, options),
            line -> err.println("bench: " + line));
    PrintWriter out = spec.commandLine().getOut();
    int processors = Runtime.getRuntime().availableProcessors();
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("rounds", rounds);
      object.put("seconds", seconds);
      object.put("load", load);
      object.put("options", options);
      object.put("processors", processors);
      object.put("result", result);
      out.println(JsonMapper.builder().build().writeValueAsString(object));
    } else {
      out.printf(
          Locale.ROOT,
          "milliseconds from a window's close to its answer in Kafka, %,d answers, at %,.0f of %,.0f"
              + " observations/s%n",
          result.answers(),
          result.rate(),
          result.capacity());
      out.println("p50 " + Main.spread("%.0f", result.p50()));
      out.println("p95 " + Main.spread("%.0f", result.p95()));
      out.println("p99 " + Main.spread("%.0f", result.p99()));
      out.printf(
          Locale.ROOT,
          "a bare session's batch takes %.1f; medians of %d rounds of %d s (least-most), on %d"
              + " processors%n",
          result.limitBatch(),
          rounds,
          seconds,
          processors);
    }
    out.flush();
    return 0;
  }
}
