package dev.braid.pipelines.cli;

import dev.braid.pipelines.convert.ConversionOptions;
import dev.braid.pipelines.convert.ConversionReport;
import dev.braid.pipelines.convert.Conversions;
import dev.braid.pipelines.convert.InvalidSourceException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code braid dataset}: makes a data set directory. */
@Command(
    name = "dataset",
    description = "Converts a public data set into a Braid data set, or simulates a plant.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "digits    MNIST images, spoken digits, pen trajectories and newsgroup posts, paired by class",
      "plant     a simulated plant of machines with faults; needs no --source, and --missing and",
      "          --degrade count for a minute of one modality",
      "spsw-har  phone, watch and subject record, five activities, split by subject",
      "nsl-kdd   network connections, each one record, attack or not and of which category",
      "nab       31 series of single readings with labelled anomalies, each split by time"
    })
final class DatasetCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "NAME",
      description = "One of: ${COMPLETION-CANDIDATES}.",
      completionCandidates = Names.class)
  private String name;

  @Option(
      names = "--source",
      paramLabel = "DIR",
      description =
          "Where the source files lie: image/*images-idx3-ubyte.gz with *labels-idx1-ubyte.gz,"
              + " audio/fsdd_*.zip, sensor/pendigits-orig.*.unipen.gz, text/20news_*.jsonl.gz,"
              + " sensor/spsw_har_*.zip, record/KDDTrain+*.txt.gz, sensor/nab_*.zip.")
  private @Nullable Path source;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The data set directory to make; it must be empty or not there.")
  private Path out;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "The same seed gives the same bytes. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--degrade",
      paramLabel = "P",
      defaultValue = "0",
      description =
          "Probability that a modality that is there is degraded, 0 to 1. Default:"
              + " ${DEFAULT-VALUE}.")
  private double degrade;

  @Option(
      names = "--missing",
      paramLabel = "P",
      defaultValue = "0",
      description = "Probability that a modality is missing, 0 to 1. Default: ${DEFAULT-VALUE}.")
  private double missing;

  @Option(
      names = "--mismatch",
      paramLabel = "P",
      defaultValue = "" + ConversionOptions.MISMATCH,
      description =
          "digits: probability that one of at least three modalities shows another digit, 0 to 1."
              + " Default: ${DEFAULT-VALUE}.")
  private double mismatch;

  @Option(
      names = "--scenes",
      paramLabel = "N",
      description = "How many scenes to make. Default: digits 6000, plant 3120, others all.")
  private @Nullable Integer scenes;

  @Option(names = "--json", description = "Print what was made as one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    if (!Conversions.names().contains(name)) {
      throw new ParameterException(
          spec.commandLine(),
          "unknown data set '%s'; known: %s"
              .formatted(name, String.join(", ", Conversions.names())));
    }
    if (Conversions.needsSource(name) && source == null) {
      throw new ParameterException(
          spec.commandLine(), "the data set '" + name + "' needs --source DIR");
    }
    ConversionReport report;
    try (ProgressBar bar = Progress.bar(name, 1)) {
      report =
          Conversions.convert(
              name, source, out, options(), (done, total) -> bar.maxHint(total).stepTo(done));
    } catch (InvalidSourceException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
    PrintWriter err = spec.commandLine().getErr();
    report.notes().forEach(line -> err.println("note: " + line));
    PrintWriter stdout = spec.commandLine().getOut();
    if (json) {
      stdout.println(report.toJson());
    } else {
      report.counts().forEach((key, count) -> stdout.printf("%-28s %,d%n", key, count));
    }
    stdout.flush();
    return 0;
  }

  private ConversionOptions options() {
    try {
      return new ConversionOptions(seed, missing, degrade, mismatch, scenes);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
  }

  /** The names that completion offers. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.copyOf(Conversions.names()).iterator();
    }
  }
}
