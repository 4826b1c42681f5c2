package dev.braid.pipelines.analysis;

import dev.braid.pipelines.io.ResultFiles;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The directories that a bounded run writes to, one, two or none: all of them show the results of
 * the run when it is complete, or none does. Not safe for several threads.
 */
final class StagedResults implements AutoCloseable {
  private final @Nullable OutputDirectory predictions;
  private final @Nullable OutputDirectory deadLetters;

  private StagedResults(
      @Nullable OutputDirectory predictions, @Nullable OutputDirectory deadLetters) {
    this.predictions = predictions;
    this.deadLetters = deadLetters;
  }

  /**
   * Makes those directories.
   *
   * @throws AnalysisException if one cannot be written to, or holds results that may not be
   *     replaced
   */
  static StagedResults prepare(
      Destination predictions, Destination deadLetters, boolean overwrite) {
    Path first = directory(predictions);
    Path second = directory(deadLetters);
    if (first != null && first.equals(second)) {
      OutputDirectory both = OutputDirectory.prepare(first, ResultFiles::in, overwrite);
      return new StagedResults(both, both);
    }
    OutputDirectory made =
        first == null
            ? null
            : OutputDirectory.prepare(first, ResultFiles::predictionFiles, overwrite);
    try {
      return new StagedResults(
          made,
          second == null
              ? null
              : OutputDirectory.prepare(second, ResultFiles::deadLetterFiles, overwrite));
    } catch (RuntimeException e) {
      if (made != null) {
        made.close();
      }
      throw e;
    }
  }

  /** Where the run writes predictions. */
  Destination predictions(Destination destination) {
    return predictions != null && destination instanceof Destination.Files files
        ? new Destination.Files(predictions.staging(), files.format())
        : destination;
  }

  /** Where the run writes dead letters. */
  Destination deadLetters(Destination destination) {
    return deadLetters == null ? destination : new Destination.Files(deadLetters.staging());
  }

  /** Replaces the results of an earlier run by those of this one. */
  void publish() throws IOException {
    if (predictions != null) {
      predictions.publish();
    }
    if (deadLetters != null && deadLetters != predictions) {
      deadLetters.publish();
    }
  }

  @Override
  public void close() {
    try {
      if (predictions != null) {
        predictions.close();
      }
    } finally {
      if (deadLetters != null && deadLetters != predictions) {
        deadLetters.close();
      }
    }
  }

  private static @Nullable Path directory(Destination destination) {
    return destination instanceof Destination.Files files
        ? files.directory().toAbsolutePath().normalize()
        : null;
  }
}
