package dev.braid.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.pipelines.bench.Spread;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code braid bench gpu}. */
@Command(
    name = "gpu",
    description =
        "Rows a second on a GPU beside the CPU: rows of a call, one session and several, calls of"
            + " several threads joined and not, limits of memory. Needs a build with -Pgpu; where"
            + " the device cannot be opened it says so, and measures nothing.",
    mixinStandardHelpOptions = true)
final class GpuCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = "cuda",
      description =
          "cuda, cuda:N, or cpu, which holds the CPU to itself. Default: ${DEFAULT-VALUE}.")
  private String device;

  @Option(
      names = "--nets",
      paramLabel = "NET",
      split = ",",
      defaultValue = "tiny,small,medium",
      description = "Default: ${DEFAULT-VALUE}.")
  private List<Net> nets;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "1",
      description = "Of every run, 0.05 to 600. Default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      defaultValue = "1",
      description = "Of every setting, 0.05 to 600. Default: ${DEFAULT-VALUE}.")
  private double warmUp;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Runs of each setting, in turns, 1 to 100. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    if (!device.matches("cpu|cuda(:\\d{1,3})?")) {
      throw new ParameterException(
          spec.commandLine(), "--device must be cuda, cuda:N or cpu, but was: " + device);
    }
    Main.check(spec, "--seconds", seconds, 0.05, 600);
    Main.check(spec, "--warm-up", warmUp, 0.05, 600);
    Main.check(spec, "--rounds", rounds, 1, 100);
    PrintWriter err = spec.commandLine().getErr();
    GpuComparison.Result result =
        GpuComparison.measure(
            new GpuComparison.Plan(device, nets, seconds, warmUp, rounds),
            line -> err.println("bench: " + line));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("ran", result.refused() == null);
      object.put("reason", result.refused());
      object.put("device", device);
      object.put("rounds", rounds);
      object.put("seconds", seconds);
      object.put("processors", Runtime.getRuntime().availableProcessors());
      object.put("rows", result.rows());
      out.println(JsonMapper.builder().build().writeValueAsString(object));
    } else if (result.refused() != null) {
      out.println("did not run: " + result.refused());
    } else {
      print(out, result);
    }
    out.flush();
    return 0;
  }

  private void print(PrintWriter out, GpuComparison.Result result) {
    out.printf(
        "%-8s%-9s%-8s%9s%8s%9s%8s%9s%32s%9s%7s%n",
        "net",
        "part",
        "device",
        "rows/call",
        "threads",
        "sessions",
        "joined",
        "MiB",
        "rows/s",
        "rows/run",
        "splits");
    for (GpuComparison.Row row : result.rows()) {
      Long limit = row.maxDeviceBytes();
      Spread rate = row.rowsPerSecond();
      String figures =
          rate == null
              ? "refused: " + row.refused()
              : String.format(
                  Locale.ROOT,
                  "%32s%9.1f%7d",
                  String.format(
                      Locale.ROOT, "%,.0f (%,.0f-%,.0f)", rate.median(), rate.least(), rate.most()),
                  row.rowsPerRun(),
                  row.splits());
      out.printf(
          Locale.ROOT,
          "%-8s%-9s%-8s%9d%8d%9d%8s%9s%s%n",
          row.net(),
          row.part(),
          row.device(),
          row.rowsPerCall(),
          row.threads(),
          row.sessions(),
          row.joined() ? "yes" : "no",
          limit == null ? "-" : limit / (1024 * 1024),
          figures);
    }
    out.printf(
        Locale.ROOT,
        "medians of %d runs of %s s (least to most), on %d processors%n",
        rounds,
        seconds,
        Runtime.getRuntime().availableProcessors());
  }
}
