package dev.braid.pipelines.cli;

import dev.braid.pipelines.analysis.AnalysisException;
import dev.braid.pipelines.analysis.AnalysisReport;
import dev.braid.pipelines.analysis.AnalysisRun;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.apache.beam.sdk.options.PipelineOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code braid run}: the analysis of a directory of observations. */
@Command(
    name = "run",
    description =
        "Reads observations from a directory and writes one prediction for each entity and window,"
            + " and one dead letter for each input that could not be used.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--bundle",
      paramLabel = "DIR",
      required = true,
      description = "The bundle that 'braid train' wrote.")
  private Path bundle;

  @Option(
      names = "--input",
      paramLabel = "DIR",
      required = true,
      description =
          "Where the observations lie: DIR/observations/*.jsonl[.gz], as in a data set, or, if"
              + " there is no such directory, DIR/*.jsonl[.gz]. A 'uri' is read below DIR.")
  private Path input;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description =
          "Where predictions-*-of-*.jsonl and dead-letters-*-of-*.jsonl are put when all is done.")
  private Path output;

  @Option(
      names = "--overwrite",
      description = "Replace the results of an earlier run in the output directory.")
  private boolean overwrite;

  @Option(
      names = "--runner",
      paramLabel = "NAME",
      defaultValue = "direct",
      description = "The engine: direct, flink or spark. Default: ${DEFAULT-VALUE}.")
  private String runner;

  @Option(names = "--json", description = "Print the counts as one JSON object.")
  private boolean json;

  @Parameters(
      paramLabel = "BEAM_OPTION",
      arity = "0..*",
      description = "After '--': options of Beam or the engine, such as --parallelism=4.")
  private List<String> beamOptions = List.of();

  @Override
  public Integer call() {
    Engine engine;
    PipelineOptions options;
    try {
      engine = Engines.named(runner);
      options = Engines.options(engine, PipelineOptions.class, beamOptions);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    AnalysisReport report;
    try (ProgressBar bar = Progress.bar("run on " + runner, -1)) {
      report = new AnalysisRun(bundle, input, output, overwrite).run(engine, options);
      bar.stepTo(report.observations());
    } catch (AnalysisException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
    PrintWriter err = spec.commandLine().getErr();
    err.printf(
        "%d observations, %d predictions, %d dead letters in %s%n",
        report.observations(), report.predictions(), report.deadLetters(), output);
    err.flush();
    if (json) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(report.toJson());
      out.flush();
    }
    return 0;
  }
}
