package dev.braid.pipelines.io;

import dev.braid.transforms.fuse.Prediction;
import dev.braid.transforms.observation.DeadLetter;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** The files that a run leaves in its output directory. */
public final class ResultFiles {
  static final String PREDICTIONS = "predictions";
  static final String DEAD_LETTERS = "dead-letters";

  private static final String LINES = "\\.jsonl";
  private static final String ALL = "\\.(jsonl|parquet)";

  /** Of a bounded run, or as {@link RollFiles} names them. */
  private static final String NAME =
      "(\\d+-of-\\d+|\\d{8}T\\d{9}Z-[0-9a-f]{4}-\\d{8}-\\d+(-\\d+)?)";

  private ResultFiles() {}

  /** All predictions in the lines of {@code directory}, in the order of its files. */
  public static List<Prediction> predictions(Path directory) throws IOException {
    return read(directory, PREDICTIONS, PredictionJson::parse);
  }

  /** All dead letters in {@code directory}, in the order of its files. */
  public static List<DeadLetter> deadLetters(Path directory) throws IOException {
    return read(directory, DEAD_LETTERS, DeadLetter::fromJson);
  }

  /** How many lines of predictions lie in {@code directory}. */
  public static long countPredictions(Path directory) throws IOException {
    return count(directory, PREDICTIONS);
  }

  /** How many dead letters lie in {@code directory}. */
  public static long countDeadLetters(Path directory) throws IOException {
    return count(directory, DEAD_LETTERS);
  }

  /** The files of predictions in {@code directory}, sorted by name. */
  public static List<Path> predictionFiles(Path directory) throws IOException {
    return files(directory, PREDICTIONS, ALL);
  }

  /** The files of dead letters in {@code directory}, sorted by name. */
  public static List<Path> deadLetterFiles(Path directory) throws IOException {
    return files(directory, DEAD_LETTERS, ALL);
  }

  /** The files of predictions and of dead letters in {@code directory}, sorted by name. */
  public static List<Path> in(Path directory) throws IOException {
    List<Path> files = new ArrayList<>(files(directory, DEAD_LETTERS, ALL));
    files.addAll(files(directory, PREDICTIONS, ALL));
    return files;
  }

  private static <T> List<T> read(Path directory, String prefix, Function<String, T> parse)
      throws IOException {
    List<T> all = new ArrayList<>();
    for (Path file : files(directory, prefix, LINES)) {
      try (BufferedReader lines = Files.newBufferedReader(file)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          all.add(parse.apply(line));
        }
      }
    }
    return all;
  }

  private static long count(Path directory, String prefix) throws IOException {
    long count = 0;
    for (Path file : files(directory, prefix, LINES)) {
      try (Stream<String> lines = Files.lines(file)) {
        count += lines.count();
      }
    }
    return count;
  }

  private static List<Path> files(Path directory, String prefix, String suffixes)
      throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(
              file -> String.valueOf(file.getFileName()).matches(prefix + "-" + NAME + suffixes))
          .sorted()
          .toList();
    }
  }
}
