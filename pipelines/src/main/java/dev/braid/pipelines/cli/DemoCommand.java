package dev.braid.pipelines.cli;

import dev.braid.pipelines.analysis.AnalysisException;
import dev.braid.pipelines.analysis.AnalysisReport;
import dev.braid.pipelines.convert.InvalidSourceException;
import dev.braid.pipelines.demo.Demo;
import dev.braid.pipelines.demo.DemoOptions;
import dev.braid.pipelines.demo.DemoResult;
import dev.braid.pipelines.demo.DemoTable;
import dev.braid.pipelines.demo.ShippedBundle;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code braid demo}: the analysis of a simulated plant, with the bundle that is shipped. */
@Command(
    name = "demo",
    description =
        "Simulates a plant, analyses what was observed with the shipped bundle on the embedded"
            + " DirectRunner, holds the predictions to the simulator's truth, and writes a report.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "braid-demo",
      description =
          "Where everything is put; an earlier demo's results are replaced. Default:"
              + " ${DEFAULT-VALUE}.")
  private Path output;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "2026",
      description =
          "Another seed is another plant; 1 made the data that the bundle was trained on. Default:"
              + " ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--machines",
      paramLabel = "N",
      defaultValue = "8",
      description = "Machines of the plant, 1 to 100. Default: ${DEFAULT-VALUE}.")
  private int machines;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "15",
      description = "How long they are observed, 5 to 1440. Default: ${DEFAULT-VALUE}.")
  private int minutes;

  @Option(
      names = "--json",
      description = "Print the scores as one JSON object, as 'evaluate --json' does.")
  private boolean json;

  @Override
  public Integer call() {
    DemoOptions options;
    try {
      options = new DemoOptions(output, seed, machines, minutes);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
    Engine engine = Engines.named("direct");
    PipelineOptions beam = Engines.options(engine, PipelineOptions.class, List.of());
    PrintWriter err = spec.commandLine().getErr();
    if (seed == ShippedBundle.TRAINING_SEED) {
      err.println(
          "note: seed %d made the data that the bundle was trained on; take another one to see how"
                  .formatted(seed)
              + " good it is");
    }
    DemoResult result;
    try (Steps steps = new Steps(err, options)) {
      result = Demo.run(options, engine, beam, steps);
    } catch (InvalidSourceException | AnalysisException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } catch (DirectoryNotEmptyException e) {
      throw new CommandException(
          "the output %s holds files that are not of a demo; name another directory with --output"
              .formatted(output),
          e);
    } catch (NotDirectoryException e) {
      throw new CommandException(
          "the output %s must be a directory, but is a file; name another with --output"
              .formatted(output),
          e);
    } catch (IOException e) {
      throw new CommandException(
          "cannot write the demo to %s: %s; name another directory with --output"
              .formatted(output, reason(e)),
          e);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(result.evaluation().toJson());
      err.println("report in " + output.resolve("report.html"));
    } else {
      DemoTable.of(result).forEach(out::println);
    }
    out.flush();
    return ExitCode.OK;
  }

  private static String reason(IOException failure) {
    if (failure instanceof AccessDeniedException denied) {
      return denied.getFile() + ": permission denied";
    }
    return String.valueOf(failure.getMessage());
  }

  /** Says on standard error what the demo is at. */
  private static final class Steps implements Demo.Listener, AutoCloseable {
    private final PrintWriter err;
    private final DemoOptions options;
    private @Nullable ProgressBar bar;

    Steps(PrintWriter err, DemoOptions options) {
      this.err = err;
      this.options = options;
    }

    @Override
    public void simulating() {
      begin(
          "simulating %d machines over %d minutes, seed %d"
              .formatted(options.machines(), options.minutes(), options.seed()),
          options.machines());
    }

    @Override
    public void simulated(long done, long total) {
      ProgressBar current = bar;
      if (current != null) {
        current.stepTo(done);
      }
    }

    @Override
    public void analysing() {
      begin("analysing what they showed, said and measured", -1);
    }

    @Override
    public void scoring(AnalysisReport report) {
      begin("holding %,d predictions to the truth".formatted(report.predictions()), -1);
    }

    private void begin(String what, long total) {
      close();
      err.println(what + " ...");
      err.flush();
      bar = Progress.bar("", total);
    }

    @Override
    public void close() {
      ProgressBar current = bar;
      if (current != null) {
        current.close();
        bar = null;
      }
    }
  }
}
