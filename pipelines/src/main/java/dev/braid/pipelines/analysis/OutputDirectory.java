package dev.braid.pipelines.analysis;

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
 * without that leaves the output as it was. Not safe for several threads.
 */
public final class OutputDirectory implements AutoCloseable {
  private final Path directory;
  private final Results results;
  private final Path staging;
  private final List<Path> created;
  private boolean published;

  /** Which files in a directory are results. */
  public interface Results {
    /** The results in {@code directory}, sorted by name. */
    List<Path> in(Path directory) throws IOException;
  }

  private OutputDirectory(Path directory, Results results, Path staging, List<Path> created) {
    this.directory = directory;
    this.results = results;
    this.staging = staging;
    this.created = created;
  }

  /**
   * Makes the directory, if it is not there, and the hidden one in it.
   *
   * @param results which files are results
   * @param overwrite whether results of an earlier run may be replaced
   * @throws AnalysisException if it cannot be written to, or holds results that may not be replaced
   */
  public static OutputDirectory prepare(Path directory, Results results, boolean overwrite) {
    List<Path> created = new ArrayList<>();
    try {
      if (Files.exists(directory) && !Files.isDirectory(directory)) {
        throw new AnalysisException(
            "the output %s must be a directory, but is a file".formatted(directory));
      }
      if (Files.isDirectory(directory) && !overwrite && !results.in(directory).isEmpty()) {
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
      return new OutputDirectory(directory, results, staging, created);
    } catch (IOException e) {
      delete(created);
      throw new AnalysisException(
          "cannot write to the output %s: %s".formatted(directory, reason(e)), e);
    }
  }

  /** Where the run writes. */
  public Path staging() {
    return staging;
  }

  /** Replaces the results of an earlier run by those of this one. */
  public void publish() throws IOException {
    List<Path> made = results.in(staging);
    for (Path earlier : results.in(directory)) {
      Files.delete(earlier);
    }
    for (Path result : made) {
      Path target = directory.resolve(staging.relativize(result));
      Path parent = target.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.move(result, target, StandardCopyOption.REPLACE_EXISTING);
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
  public static String reason(IOException failure) {
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
