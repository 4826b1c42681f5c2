package dev.braid.pipelines.cli;

import dev.braid.dataset.AnomalyWindow;
import dev.braid.dataset.Dataset;
import dev.braid.dataset.Split;
import dev.braid.pipelines.evaluate.AnomalyReport;
import dev.braid.pipelines.evaluate.Evaluation;
import dev.braid.pipelines.evaluate.EvaluationOptions;
import dev.braid.pipelines.evaluate.EvaluationReport;
import dev.braid.serving.ModelServer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code braid evaluate}: how good a bundle is on a labelled data set. */
@Command(
    name = "evaluate",
    description =
        "Holds a bundle's answers to the labels of a data set, and, where it has anomalies.jsonl, its"
            + " anomaly score to these, beside a rolling z-score.",
    mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
  /** Reasons that are shown on standard error, at most. */
  private static final int SHOWN = 5;

  @Spec private CommandSpec spec;

  @Option(
      names = "--bundle",
      paramLabel = "DIR",
      required = true,
      description = "The bundle, as 'braid train' writes it.")
  private Path bundle;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "The data set, as 'braid dataset' writes it.")
  private Path data;

  @Option(
      names = "--split",
      paramLabel = "PART",
      defaultValue = "auto",
      description =
          "Which scenes: ${COMPLETION-CANDIDATES}. auto takes the test part of the data set that"
              + " the bundle was trained on, and all of any other. Default: ${DEFAULT-VALUE}.")
  private Part part;

  @Option(
      names = "--drop",
      paramLabel = "M=P",
      description =
          "Take modality M out of a scene with probability P, 0 to 1; may be given several times."
              + " The last modality of a scene always stays.")
  private Map<String, Double> drop = new LinkedHashMap<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "The same seed drops the same. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Mixin private DeviceOption device;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  /** What {@code --split} takes. */
  enum Part {
    auto,
    all,
    train,
    validation,
    test
  }

  @Override
  public Integer call() throws InterruptedException {
    try (ModelServer.Lease lease = ModelServer.lease(bundle, device.serving())) {
      ModelServer server = lease.server();
      Dataset dataset = Dataset.open(data);
      Split split = split(server, dataset);
      EvaluationOptions options = options(server, split);
      int scenes = split == null ? dataset.scenes().size() : dataset.scenes(split).size();
      if (scenes == 0) {
        throw new CommandException(
            "%s has no scene in its %s part; see --split".formatted(data, part(split)));
      }
      Evaluation.Result result;
      try (ProgressBar bar = Progress.bar("evaluate", scenes)) {
        result = Evaluation.run(server, dataset, options, bar::stepTo);
      } catch (IllegalArgumentException e) {
        throw new CommandException(
            "%s does not fit the bundle %s: %s".formatted(data, bundle, e.getMessage()), e);
      }
      warn(result.rejected());
      if (result.scorer().scenes() == 0) {
        throw new CommandException(
            "none of the %d scenes of %s could be answered".formatted(scenes, data));
      }
      List<AnomalyWindow> labelled = AnomalyWindow.read(data);
      AnomalyReport anomalies =
          labelled.isEmpty()
              ? null
              : AnomalyReport.of(dataset, labelled, result.anomalies(), server.anomalyThreshold());
      Map<String, Object> more = more(server, dataset, split, result);
      if (anomalies != null) {
        more.put("anomaly", anomalies.toMap());
      }
      print(EvaluationReport.of(result.scorer(), server.digest(), more), anomalies);
    }
    return ExitCode.OK;
  }

  private @Nullable Split split(ModelServer server, Dataset dataset) {
    boolean trainedOn = dataset.digest().equals(server.manifest().provenance().dataDigest());
    Split split =
        switch (part) {
          case auto -> trainedOn ? Split.TEST : null;
          case all -> null;
          case train -> Split.TRAIN;
          case validation -> Split.VALIDATION;
          case test -> Split.TEST;
        };
    String why =
        part != Part.auto
            ? "as asked"
            : trainedOn
                ? "the bundle was trained on the other parts of this data set"
                : "the bundle was trained on another data set";
    spec.commandLine().getErr().println("evaluating the part '%s': %s".formatted(part(split), why));
    return split;
  }

  private EvaluationOptions options(ModelServer server, @Nullable Split split) {
    for (String modality : drop.keySet()) {
      if (!server.spec().modalities().containsKey(modality)) {
        throw new ParameterException(
            spec.commandLine(),
            "--drop: the bundle has no modality '%s'; known: %s"
                .formatted(modality, String.join(", ", server.spec().modalities().keySet())));
      }
    }
    try {
      return new EvaluationOptions(
          split, drop, seed, Math.min(256, Runtime.getRuntime().availableProcessors()));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--drop: " + e.getMessage(), e);
    }
  }

  private Map<String, Object> more(
      ModelServer server, Dataset dataset, @Nullable Split split, Evaluation.Result result) {
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("split", part(split));
    more.put("drop", new java.util.TreeMap<>(drop));
    more.put("rejected", result.rejected().size());
    more.put("unanswered", result.unanswered());
    more.put("name", server.name());
    more.put("precision", server.precision());
    more.put("device", server.device());
    more.put("dataDigest", dataset.digest());
    return more;
  }

  private void warn(List<String> rejected) {
    PrintWriter err = spec.commandLine().getErr();
    rejected.stream().limit(SHOWN).forEach(line -> err.println("rejected: " + line));
    if (rejected.size() > SHOWN) {
      err.println("rejected: %,d more".formatted(rejected.size() - SHOWN));
    }
  }

  private void print(EvaluationReport report, @Nullable AnomalyReport anomalies) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(report.toJson());
    } else {
      report.toTable().forEach(out::println);
      if (anomalies != null) {
        anomalies.toTable().forEach(out::println);
      }
    }
    out.flush();
  }

  private static String part(@Nullable Split split) {
    return split == null ? "all" : split.label();
  }
}
