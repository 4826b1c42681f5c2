package dev.braid.pipelines.cli;

import dev.braid.pipelines.analysis.AnalysisException;
import dev.braid.pipelines.engine.Engines;
import dev.braid.pipelines.fit.FitReport;
import dev.braid.pipelines.fit.FitRun;
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

/** {@code braid fit}: the featurizers of a data set, fitted by a pipeline. */
@Command(
    name = "fit",
    description =
        "Fits TF-IDF vocabularies, sensor and record statistics on the training part of a data set"
            + " and writes them for 'braid train --featurizers'. The result is the same on every"
            + " runner.",
    mixinStandardHelpOptions = true,
    modelTransformer = ClusterOptions.class)
final class FitCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description =
          "The data set: spec.yaml, observations/*.jsonl[.gz] and, if there is one, splits.jsonl."
              + " Labels are not needed.")
  private Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description =
          "Where fitted-spec.yaml, featurizers/MODALITY.json and dead-letters-*-of-*.jsonl are put when"
              + " all is done.")
  private Path out;

  @Option(
      names = "--overwrite",
      description = "Replace the results of an earlier fit in the output directory.")
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
    WatchedEngine engine;
    PipelineOptions options;
    try {
      engine = new WatchedEngine(Engines.named(runner), spec.commandLine().getErr());
      options =
          Engines.options(
              engine, PipelineOptions.class, ClusterOptions.add(spec, engine, beamOptions));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    FitReport report;
    try (ProgressBar bar = Progress.bar("fit on " + runner, -1)) {
      report = new FitRun(data, out, overwrite).run(engine, options);
      bar.stepTo(report.observations());
    } catch (AnalysisException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
    PrintWriter err = spec.commandLine().getErr();
    err.printf(
        "%d observations, %d of the training part fitted, %d dead letters; %d featurizers in %s%n",
        report.observations(), report.fitted(), report.deadLetters(), report.featurizers(), out);
    err.flush();
    if (json) {
      PrintWriter result = spec.commandLine().getOut();
      result.println(report.toJson());
      result.flush();
    }
    return 0;
  }
}
