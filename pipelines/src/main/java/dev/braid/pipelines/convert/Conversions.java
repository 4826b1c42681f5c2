package dev.braid.pipelines.convert;

import dev.braid.pipelines.simulate.PlantOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The data sets that can be made, by name. */
public final class Conversions {
  private static final List<Conversion> ALL =
      List.of(new Digits(), new PlantDataset(), new SpswHar(), new NslKdd(), new Nab());

  private Conversions() {}

  /** The names, in the order in which a person should read them. */
  public static List<String> names() {
    return ALL.stream().map(Conversion::name).toList();
  }

  /** Whether the data set is made from files. */
  public static boolean needsSource(String name) {
    return named(name).needsSource();
  }

  /**
   * Makes a data set directory. If it fails, what was written is removed.
   *
   * @param source null for a simulation
   * @param out a directory that is empty or not there
   * @throws IllegalArgumentException if there is no such data set, or it needs a source
   * @throws InvalidSourceException if a source file is missing or malformed, or {@code out} cannot
   *     be written
   */
  public static ConversionReport convert(
      String name, @Nullable Path source, Path out, ConversionOptions options, Progress progress) {
    Conversion conversion = named(name);
    if (conversion.needsSource()) {
      if (source == null) {
        throw new IllegalArgumentException("the data set '" + name + "' needs a source directory");
      }
      if (!Files.isDirectory(source)) {
        throw new InvalidSourceException("there is no source directory " + source);
      }
    }
    try (DatasetWriter writer = DatasetWriter.create(out)) {
      ConversionReport report =
          conversion.convert(source == null ? out : source, writer, options, progress);
      writer.finish();
      return report;
    }
  }

  /**
   * Makes a data set directory of a simulated plant. If it fails, what was written is removed.
   *
   * @param every from one labelled window to the next; a whole number of the plant's periods
   * @param broken whether to add what broken senders write, in {@code observations/broken.jsonl}
   * @throws InvalidSourceException if {@code out} cannot be written
   */
  public static ConversionReport simulate(
      PlantOptions options, Duration every, boolean broken, Path out, Progress progress) {
    try (DatasetWriter writer = DatasetWriter.create(out)) {
      ConversionReport.Tally tally = new ConversionReport.Tally();
      PlantDataset.write(options, every, Integer.MAX_VALUE, writer, tally, progress);
      if (broken) {
        PlantDataset.breakSome(options, writer, tally);
      }
      writer.finish();
      return tally.report();
    }
  }

  private static Conversion named(String name) {
    return ALL.stream()
        .filter(conversion -> conversion.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown data set '%s'; known: %s"
                        .formatted(name, String.join(", ", names()))));
  }
}
