package dev.braid.pipelines.cli;

import dev.braid.pipelines.analysis.AnalysisException;
import dev.braid.pipelines.fit.FitReport;
import dev.braid.pipelines.fit.FitRun;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

  @Mixin private EngineOptions engine;

  @Option(names = "--json", description = "Print the counts as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    EngineOptions.Chosen chosen = engine.choose();
    FitReport report;
    try (ProgressBar bar = Progress.bar("fit on " + engine.runner(), -1)) {
      report = new FitRun(data, out, overwrite).run(chosen.engine(), chosen.options());
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
