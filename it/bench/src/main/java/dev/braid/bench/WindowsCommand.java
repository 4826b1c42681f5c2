package dev.braid.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.pipelines.engine.Engines;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code braid bench windows}. */
@Command(
    name = "windows",
    description =
        "Slides windows of one period and of ever more periods over the same observations, on every"
            + " engine, embedded: observations a second, encoder rows and processor time an"
            + " observation, beside a pipeline that encodes in Beam's sliding windows.",
    mixinStandardHelpOptions = true)
final class WindowsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--ratios",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,12,60,240",
      description =
          "Periods in a window, 1 to 240. What copies is left out above "
              + MeasuredWindows.MOST_COPIES
              + ". Default: ${DEFAULT-VALUE}.")
  private List<Integer> ratios;

  @Option(
      names = "--engines",
      paramLabel = "E",
      split = ",",
      defaultValue = "direct,flink,spark",
      description = "Default: ${DEFAULT-VALUE}.")
  private List<String> engines;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "10",
      description =
          "Of a run of the smallest windows, 1 to 600; the larger ones have the same observations,"
              + " of which what copies gets a part. Default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Runs of each kind, in turns. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Main.check(spec, "--rounds", rounds, 1, 100);
    Main.check(spec, "--seconds", seconds, 1, 600);
    for (int ratio : ratios) {
      Main.check(spec, "--ratios", ratio, 1, 240);
    }
    Main.known(spec, "--engines", engines, List.of("direct", "flink", "spark"));
    PrintWriter err = spec.commandLine().getErr();
    List<WindowScaling.Row> rows =
        WindowScaling.measure(
            new WindowScaling.Plan(
                Main.home(spec), engines, List.copyOf(new TreeSet<>(ratios)), seconds, rounds),
            line -> err.println("bench: " + line));
    PrintWriter out = spec.commandLine().getOut();
    int processors = Runtime.getRuntime().availableProcessors();
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("rounds", rounds);
      object.put("seconds", seconds);
      object.put("processors", processors);
      object.put("entities", WindowLoad.ENTITIES);
      object.put("observationsOfAnEntityInAPeriod", WindowLoad.OBSERVATIONS);
      object.put("rows", rows);
      out.println(JsonMapper.builder().build().writeValueAsString(object));
    } else {
      print(out, rows);
      out.printf(
          Locale.ROOT,
          "medians of %d (least-most), on %d processors; rows and windows an observation; micros of"
              + " processor time an observation, and by the clock in the sessions of encoder and"
              + " fusion%n",
          rounds,
          processors);
    }
    out.flush();
    return 0;
  }

  private static void print(PrintWriter out, List<WindowScaling.Row> rows) {
    out.printf(
        "%-8s%-8s%6s%26s%20s%8s%9s%9s%9s%9s%n",
        "engine",
        "way",
        "ratio",
        "observations/s",
        "share",
        "rows",
        "windows",
        "micros",
        "encoder",
        "fusion");
    for (WindowScaling.Row row : rows) {
      out.printf(
          Locale.ROOT,
          "%-8s%-8s%6d%26s%20s%8.3f%9.3f%9.1f%9.1f%9.1f%n",
          row.engine(),
          row.way(),
          row.ratio(),
          Main.spread("%,.0f", row.observationsPerSecond()),
          Main.spread("%.2f", row.ofSmallest()),
          row.encoderRows(),
          row.windows(),
          row.cpuMicros().median(),
          row.encodeMicros().median(),
          row.fuseMicros().median());
    }
  }

  /** One engine, which {@code windows} measures in a process of its own. */
  @Command(name = "measure-windows", hidden = true)
  static final class OneEngine implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(names = "--runner", required = true)
    private String runner;

    @Option(names = "--bundle", required = true)
    private Path bundle;

    @Option(names = "--ratios", required = true, split = ",")
    private List<Integer> ratios;

    @Option(names = "--seconds", required = true)
    private double seconds;

    @Option(names = "--rounds", required = true)
    private int rounds;

    @Override
    public Integer call() throws IOException {
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          JsonMapper.builder()
              .build()
              .writeValueAsString(
                  new MeasuredWindows(Engines.named(runner), bundle)
                      .measure(ratios, seconds, rounds)));
      out.flush();
      return 0;
    }
  }
}
