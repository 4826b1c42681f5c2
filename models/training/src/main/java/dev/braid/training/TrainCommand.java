package dev.braid.training;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.bundle.Bundle;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.bundle.Manifest;
import dev.braid.dataset.Dataset;
import dev.braid.dataset.FittedFeaturizers;
import dev.braid.dataset.Split;
import dev.braid.featurizer.Featurizer;
import dev.braid.training.export.BundleExport;
import dev.braid.training.fusion.Variant;
import dev.braid.training.own.OwnEncoders;
import dev.braid.training.report.TrainingReport;
import dev.braid.training.trainer.Checkpoint;
import dev.braid.training.trainer.TrainedModel;
import dev.braid.training.trainer.Trainer;
import dev.braid.training.trainer.TrainingData;
import dev.braid.training.trainer.TrainingOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code braid train}: a data set in, a bundle out. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Fits featurizers, encoders and fusion to a data set, calibrates them, and writes a bundle"
            + " with a report.html.")
final class TrainCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "The data set; 'braid dataset' makes one.")
  private Path data;

  @Option(
      names = "--bundle",
      required = true,
      paramLabel = "DIR",
      description = "Where the bundle goes; a bundle that is there is replaced.")
  private Path bundle;

  @Option(
      names = "--variant",
      defaultValue = "full",
      paramLabel = "NAME",
      description =
          "The fusion: full, or one that 'ablate' compares it with: no-attention, no-fusion, gmu,"
              + " concat (default: ${DEFAULT-VALUE}).")
  private String variant;

  @Option(
      names = "--featurizers",
      paramLabel = "DIR",
      description = "Featurizers that 'braid fit' wrote, taken instead of fitting them here.")
  private @Nullable Path featurizers;

  @Mixin private TrainingFlags flags;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "Draws weights, batches and noise (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--resume",
      description =
          "Go on after the last whole epoch of a run with the same data and options that was cut"
              + " off, and end with the same bundle (on one thread to the byte); begin anew where"
              + " there is none. A run keeps its checkpoint in BUNDLE/"
              + Bundle.TRAINING
              + " until the bundle is written.")
  private boolean resume;

  @Option(
      names = "--scratch",
      paramLabel = "DIR",
      description =
          "Where featurized rows lie while training; a disk with room for 4 bytes a number"
              + " (default: BUNDLE/"
              + Bundle.TRAINING
              + ").")
  private @Nullable Path scratch;

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    TrainingOptions options;
    Variant chosen;
    try {
      chosen = Variant.of(variant);
      options = flags.options(seed);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(command.commandLine(), e.getMessage(), e);
    }
    Path work = workDirectory(bundle);
    Path rowFiles = scratch == null ? work : scratch;
    Dataset dataset = Dataset.open(data, rowFiles);
    Map<String, Featurizer> fitted =
        featurizers == null
            ? FittedFeaturizers.fit(dataset.spec(), data)
            : FittedFeaturizers.read(dataset.spec(), featurizers);
    try (OwnEncoders encoders = OwnEncoders.open(dataset.spec(), data, fitted);
        TrainingData rows = TrainingData.load(dataset, encoders.featurizers(), rowFiles)) {
      train(rows, options, chosen, work);
    }
    deleteIfEmpty(work);
    return 0;
  }

  private void train(TrainingData rows, TrainingOptions options, Variant chosen, Path work)
      throws IOException {
    PrintWriter err = command.commandLine().getErr();
    err.printf(
        "%s: %d scenes to train on, %d to validate, %d to test%n",
        data,
        rows.examples(Split.TRAIN).size(),
        rows.examples(Split.VALIDATION).size(),
        rows.examples(Split.TEST).size());
    if (!rows.rejected().isEmpty()) {
      err.printf(
          "%d observations cannot be used and are left out, the first: %s%n",
          rows.rejected().size(), rows.rejected().get(0));
    }
    String revision = System.getProperty("braid.commit", "unknown");
    Checkpoint checkpoint =
        Checkpoint.of(work.resolve("checkpoint"), rows, revision, chosen, options);
    if (checkpoint.exists() != resume) {
      err.println(
          resume
              ? "there is no run to go on with; this one begins anew"
              : "a run was cut off here; this one begins anew, --resume would go on with it");
    }
    if (checkpoint.exists() && resume) {
      checkpoint.load();
    }
    try (TrainedModel trained =
        new Trainer(rows, options).train(chosen, new ConsoleProgress(), checkpoint)) {
      Bundle written =
          BundleExport.write(
              bundle,
              trained,
              new Manifest.Provenance(
                  rows.digest(), seed, revision, chosen.label(), trained.metrics()));
      TrainingReport.of(written, trained).write(bundle.resolve("report.html"));
      checkpoint.delete();
      print(written, trained, rows);
    }
  }

  /** Before the training, not after: twenty minutes are too long for a wrong name. */
  private static Path workDirectory(Path bundle) throws IOException {
    try {
      Bundle.refuseForeign(bundle);
    } catch (IOException e) {
      throw new InvalidBundleException(String.valueOf(e.getMessage()), e);
    }
    try {
      return Files.createDirectories(bundle.resolve(Bundle.TRAINING));
    } catch (IOException e) {
      throw new InvalidBundleException(bundle + " cannot be written", e);
    }
  }

  private static void deleteIfEmpty(Path directory) throws IOException {
    try {
      Files.deleteIfExists(directory);
    } catch (DirectoryNotEmptyException e) {
      // Another training into the same bundle is at work there.
    }
  }

  private void print(Bundle written, TrainedModel trained, TrainingData rows) throws IOException {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("bundle", bundle.toString());
      result.put("digest", written.digest());
      result.put("parameters", trained.model().size());
      result.put("epochs", trained.history().size());
      result.put(
          "seconds",
          trained.history().stream().mapToDouble(TrainedModel.EpochReport::seconds).sum());
      result.put("metrics", trained.metrics());
      out.println(JsonMapper.builder().build().writeValueAsString(result));
    } else {
      out.printf("bundle %s (%s)%n", bundle, written.digest().substring(0, 19));
      out.printf("report %s%n", bundle.resolve("report.html"));
      out.printf(
          "on %s scenes that it was not trained on:%n",
          rows.examples(Split.TEST).isEmpty()
              ? rows.examples(Split.VALIDATION).size()
              : rows.examples(Split.TEST).size());
      trained
          .metrics()
          .forEach((name, value) -> out.printf(Locale.ROOT, "  %-24s %.4f%n", name, value));
    }
    out.flush();
  }
}
