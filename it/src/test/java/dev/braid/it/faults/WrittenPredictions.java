package dev.braid.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.analysis.Oracle;
import dev.braid.pipelines.io.PredictionJson;
import dev.braid.pipelines.io.ResultFiles;
import dev.braid.pipelines.io.postgres.RealPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Predictions that a job writes to files or to a table, read as often as somebody asks. */
abstract class WrittenPredictions {
  private final String name;
  private final boolean once;

  private WrittenPredictions(String name, boolean once) {
    this.name = name;
    this.once = once;
  }

  /**
   * Files in a directory; each is whole as soon as it is there.
   *
   * @param once whether none may be in two files
   */
  static WrittenPredictions files(Path directory, boolean once) {
    return new WrittenPredictions(directory.getFileName().toString(), once) {
      @Override
      FoundPredictions read() throws IOException {
        FoundPredictions found = new FoundPredictions();
        if (Files.isDirectory(directory)) {
          ResultFiles.predictions(directory).forEach(found::add);
          for (Path file : ResultFiles.predictionFiles(directory)) {
            if (file.toString().endsWith(".parquet")) {
              ParquetRows.read(file).forEach(found::add);
            }
          }
          assertNothingElseIsVisible(directory);
        }
        return found;
      }
    };
  }

  private static void assertNothingElseIsVisible(Path directory) throws IOException {
    List<Path> results = ResultFiles.in(directory);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.filter(file -> !file.getFileName().toString().startsWith(".")))
          .allMatch(results::contains);
    }
  }

  /** The rows of a table, none if it is not there yet. */
  static WrittenPredictions table(RealPostgres database, String table) {
    return new WrittenPredictions(table, true) {
      @Override
      FoundPredictions read() throws SQLException {
        FoundPredictions found = new FoundPredictions();
        if (database.query("select to_regclass('%s')".formatted(table)).equals(List.of(table))) {
          database
              .query("select prediction from " + table)
              .forEach(row -> found.add(PredictionJson.parse(row)));
        }
        return found;
      }
    };
  }

  abstract FoundPredictions read() throws IOException, SQLException;

  /** How many windows are answered by now. */
  int count() {
    return found().count();
  }

  private FoundPredictions found() {
    try {
      return read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for all answers and holds each one to the oracle's. */
  void awaitAll(Map<String, Oracle.Expected> expected, Duration limit) {
    Await.until(
        () -> name + ": " + found().missing(expected), limit, () -> found().hasAll(expected));
    FoundPredictions all = found();
    all.compare(expected, once);
    System.out.printf(
        "%s: %d windows compared, %d written again%n", name, all.count(), all.repeatedCount());
  }
}
