package dev.braid.pipelines.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.braid.pipelines.bench.Directories;
import dev.braid.pipelines.bench.Soak;
import dev.braid.pipelines.bench.SoakMeasurement;
import dev.braid.pipelines.demo.ShippedBundle;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code braid bench soak}. */
@Command(
    name = "soak",
    description =
        "Answers calls from one thread for each processor while one version of the shipped bundle"
            + " after the other takes its place, and fails if the resident memory after warm-up"
            + " grows by 3 %% or more.",
    mixinStandardHelpOptions = true)
final class SoakCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--calls",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Calls at least, 1 to 1000000000. Default: ${DEFAULT-VALUE}.")
  private long calls;

  @Option(
      names = "--swaps",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "Versions, 10 to 10000; each takes two to three seconds. Default: ${DEFAULT-VALUE}.")
  private int swaps;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    check("--calls", calls, 1, 1_000_000_000);
    check("--swaps", swaps, 10, 10_000);
    Soak soak = Soak.run(calls, swaps);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ObjectNode object = JsonMapper.builder().build().valueToTree(soak);
      object.put("growth", soak.growth());
      object.put("steady", soak.isSteady());
      out.println(object);
    } else {
      out.printf(
          Locale.ROOT,
          "%,d calls of %,d rows and %d swaps in %.0f s%n"
              + "resident memory %.1f MB after warm-up, %.1f MB at the end, %.1f MB at most%n"
              + "growth %.2f %% (less than %.0f %% is steady)%n",
          soak.calls(),
          soak.rows(),
          soak.swaps(),
          soak.seconds(),
          soak.warmBytes() / 1e6,
          soak.endBytes() / 1e6,
          soak.peakBytes() / 1e6,
          soak.growth() * 100,
          Soak.STEADY * 100);
    }
    out.flush();
    if (!soak.isSteady()) {
      throw new CommandException(
          "memory grew by %.2f %%, which is not steady".formatted(soak.growth() * 100));
    }
    return 0;
  }

  /** What {@code soak} starts in a process of its own. */
  @Command(name = "soaking", hidden = true)
  static final class InThisProcess implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(names = "--calls", required = true)
    private long calls;

    @Option(names = "--swaps", required = true)
    private int swaps;

    @Override
    public Integer call() throws Exception {
      PrintWriter err = spec.commandLine().getErr();
      Path directory = Files.createTempDirectory("braid-bench-soak");
      try {
        ShippedBundle.copyTo(directory);
        Soak soak =
            new SoakMeasurement(directory)
                .run(
                    calls,
                    swaps,
                    line -> {
                      err.println("bench: " + line);
                      err.flush();
                    });
        PrintWriter out = spec.commandLine().getOut();
        out.println(JsonMapper.builder().build().writeValueAsString(soak));
        out.flush();
        return 0;
      } finally {
        Directories.delete(directory);
      }
    }
  }

  private void check(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(),
          "%s must be between %d and %d, but was: %d".formatted(option, least, most, value));
    }
  }
}
