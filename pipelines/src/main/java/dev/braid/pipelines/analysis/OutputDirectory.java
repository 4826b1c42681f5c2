package dev.braid.pipelines.analysis;

import dev.braid.pipelines.io.ResultFiles;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * An output directory that shows the results of a run only when they are complete. A run writes to
 * a hidden directory beside them; {@link #publish} moves its files into place, {@link #close}
 * without that leaves the output as it was.
 */
final class OutputDirectory implements AutoCloseable {
  private final Path directory;
  private final Path staging;
  private final List<Path> created;
  private boolean published;

  private OutputDirectory(Path directory, Path staging, List<Path> created) {
    this.directory = directory;
    this.staging = staging;
    this.created = created;
  }

  /**
   * Makes the directory, if it is not there, and the hidden one in it.
   *
   * @param overwrite whether results of an earlier run may be replaced
   * @throws AnalysisException if it cannot be written to, or holds results that may not be replaced
   */
  static OutputDirectory prepare(Path directory, boolean overwrite) {
    List<Path> created = new ArrayList<>();
    try {
      if (Files.exists(directory) && !Files.isDirectory(directory)) {
        throw new AnalysisException(
            "the output %s must be a directory, but is a file".formatted(directory));
      }
      if (Files.isDirectory(directory) && !overwrite && !ResultFiles.in(directory).isEmpty()) {
        throw new AnalysisException(
            "the output %s holds the results of an earlier run; name another directory or add"
                    .formatted(directory)
                + " --overwrite");
      }
      for (Path missing = directory.toAbsolutePath().normalize();
          missing != null && !Files.exists(missing);
          missing = missing.getParent()) {
        created.add(missing);
      }
      Files.createDirectories(directory);
      // Not a temporary directory, which only its owner may enter: workers may run as others.
      Path staging =
          Files.createDirectory(
              directory.toAbsolutePath().normalize().resolve(".braid-" + UUID.randomUUID()));
      return new OutputDirectory(directory, staging, created);
    } catch (IOException e) {
      delete(created);
      throw new AnalysisException(
          "cannot write to the output %s: %s".formatted(directory, reason(e)), e);
    }
  }

  /** Where the run writes. */
  Path staging() {
    return staging;
  }

  /** Replaces the results of an earlier run by those of this one. */
  void publish() throws IOException {
    List<Path> results = ResultFiles.in(staging);
    for (Path earlier : ResultFiles.in(directory)) {
      Files.delete(earlier);
    }
    for (Path result : results) {
      Files.move(
          result,
          directory.resolve(staging.relativize(result)),
          StandardCopyOption.REPLACE_EXISTING);
    }
    published = true;
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(staging)) {
      delete(files.sorted(Comparator.reverseOrder()).toList());
    } catch (IOException e) {
      throw new AnalysisException("cannot remove %s: %s".formatted(staging, reason(e)), e);
    }
    if (!published) {
      delete(created);
    }
  }

  private static void delete(List<Path> paths) {
    for (Path path : paths) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        return; // Somebody else put something there, or took it away; it is theirs.
      }
    }
  }

  /** Why a file operation failed, without the path, which the message names already. */
  static String reason(IOException failure) {
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof NoSuchFileException) {
      return "it cannot be made there";
    }
    String reason =
        failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
    return reason == null ? failure.getClass().getSimpleName() : reason;
  }
}
