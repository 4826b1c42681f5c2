package dev.braid.training;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.bundle.Bundle;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.dataset.Dataset;
import dev.braid.training.compress.Compression;
import dev.braid.training.compress.CompressionOptions;
import dev.braid.training.compress.CompressionReport;
import dev.braid.training.compress.CompressionResult;
import dev.braid.training.compress.Stage;
import dev.braid.training.trainer.TrainedModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code braid compress}: a bundle in, a smaller and faster one out. */
@Command(
    name = "compress",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Prunes and quantises a bundle and writes the new one with a report.html, unless a step"
            + " loses more accuracy on the validation scenes than it may.")
final class CompressCommand implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Option(
      names = "--bundle",
      required = true,
      paramLabel = "DIR",
      description = "The bundle that 'braid train' wrote; it stays as it is.")
  private Path bundle;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "The data set that it was trained on.")
  private Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where the new bundle goes; a bundle that is there is replaced.")
  private Path out;

  @Option(
      names = "--prune",
      defaultValue = "0",
      paramLabel = "P",
      description =
          "Take out that share of channels, hidden units and terms, 0 to 0.9, and fine-tune the"
              + " rest.")
  private double prune;

  @Option(
      names = "--int8",
      description = "Weights and activations as bytes: a quarter of the size, and faster.")
  private boolean int8;

  @Option(
      names = "--fp16",
      description =
          "Weights as 16-bit floats; with --int8, those that are left. For size, and for the speed"
              + " of a GPU: a CPU computes no faster.")
  private boolean fp16;

  @Option(
      names = "--dynamic",
      description =
          "With --int8, dense layers take their range from each batch instead of from training"
              + " data. An answer then depends, in its last digits, on what shares its batch.")
  private boolean dynamic;

  @Option(
      names = "--max-drop",
      defaultValue = "0.01",
      paramLabel = "X",
      description =
          "The accuracy that each task may lose on the validation scenes (default:"
              + " ${DEFAULT-VALUE}).")
  private double maxDrop;

  @Option(
      names = "--epochs",
      defaultValue = "40",
      paramLabel = "N",
      description =
          "With --prune, how long to fine-tune, as --epochs of 'braid train'; the sparse training"
              + " before it takes half as long as that of the encoders (default:"
              + " ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "Draws batches, noise and calibration rows (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that libtorch computes with (default: the number of cores).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--json", description = "Print the result as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter err = command.commandLine().getErr();
    CompressionOptions options;
    try {
      options = new CompressionOptions(prune, int8, fp16, dynamic, maxDrop, seed, epochs, threads);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(command.commandLine(), e.getMessage(), e);
    }
    Bundle source = Bundle.open(bundle);
    if (Files.exists(out) && Files.isSameFile(out, bundle)) {
      throw new CommandLine.ParameterException(
          command.commandLine(),
          "--out must be another directory than --bundle, but both are: " + out);
    }
    try {
      Bundle.refuseForeign(out);
    } catch (IOException e) {
      throw new InvalidBundleException(String.valueOf(e.getMessage()), e);
    }
    CompressionResult result =
        Compression.run(source, Dataset.open(data), out, options, new Progress(err));
    CompressionReport.of(result).write(out.resolve("report.html"));
    print(result);
    return 0;
  }

  private void print(CompressionResult result) throws IOException {
    PrintWriter output = command.commandLine().getOut();
    if (json) {
      output.println(JsonMapper.builder().build().writeValueAsString(toJson(result)));
    } else {
      Stage before = result.before();
      Stage after = result.after();
      output.printf("bundle %s (%s)%n", out, result.bundle().digest().substring(0, 19));
      output.printf("report %s%n", out.resolve("report.html"));
      row(output, "model files, bytes", before.modelBytes(), after.modelBytes());
      row(output, "whole bundle, bytes", before.bundleBytes(), after.bundleBytes());
      row(output, "parameters", before.parameters(), after.parameters());
      result
          .speedUp()
          .forEach(
              (model, times) ->
                  output.printf(
                      Locale.ROOT, "%-28s %.2f times as fast, 32 rows a call%n", model, times));
      after
          .test()
          .forEach(
              (task, value) ->
                  output.printf(
                      Locale.ROOT,
                      "%-28s %.4f -> %.4f on test scenes%n",
                      task,
                      before.test().get(task),
                      value));
    }
    output.flush();
  }

  private static void row(PrintWriter output, String name, long before, long after) {
    output.printf(
        Locale.ROOT, "%-28s %,d -> %,d (%.3f)%n", name, before, after, (double) after / before);
  }

  private Map<String, Object> toJson(CompressionResult result) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("bundle", out.toString());
    object.put("digest", result.bundle().digest());
    object.put("source", result.source());
    object.put("modelBytes", change(result.before().modelBytes(), result.after().modelBytes()));
    object.put("bundleBytes", change(result.before().bundleBytes(), result.after().bundleBytes()));
    object.put("parameters", change(result.before().parameters(), result.after().parameters()));
    object.put("speedUp", result.speedUp());
    object.put("calibrations", result.calibrations());
    object.put("stages", result.stages());
    return object;
  }

  private static Map<String, Object> change(long before, long after) {
    Map<String, Object> change = new LinkedHashMap<>();
    change.put("before", before);
    change.put("after", after);
    change.put("ratio", (double) after / before);
    return change;
  }

  /** Lines on standard error. */
  private static final class Progress implements Compression.Listener {
    private final PrintWriter err;
    private final ConsoleProgress epochs = new ConsoleProgress();

    Progress(PrintWriter err) {
      this.err = err;
    }

    @Override
    public void said(String line) {
      err.println(line);
      err.flush();
    }

    @Override
    public void epochStarted(String stage, int epoch, int most, int steps) {
      epochs.epochStarted(stage, epoch, most, steps);
    }

    @Override
    public void stepped(double loss) {
      epochs.stepped(loss);
    }

    @Override
    public void epochEnded(TrainedModel.EpochReport report) {
      epochs.epochEnded(report);
    }
  }
}
