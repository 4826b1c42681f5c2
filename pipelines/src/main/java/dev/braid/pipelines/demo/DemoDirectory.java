package dev.braid.pipelines.demo;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The directory that a demo fills. A hidden file marks it as a demo's, so that the next demo may
 * replace what is there and nobody else's files are ever touched. What was made is removed on
 * {@link #close} unless {@link #keep} came before.
 */
final class DemoDirectory implements AutoCloseable {
  private static final String MARK = ".braid-demo";
  private static final String NOTE = "Made by 'braid demo', which replaces what it made here.\n";

  private static final Pattern OWN =
      Pattern.compile(
          "bundle|input|report\\.html|(predictions|dead-letters)-.*\\.jsonl|\\.braid-.*");

  private final Path directory;
  private final boolean existed;
  private boolean kept;

  private DemoDirectory(Path directory, boolean existed) {
    this.directory = directory;
    this.existed = existed;
  }

  /**
   * Makes the directory, or empties it of an earlier demo.
   *
   * @throws NotDirectoryException if it is something else
   * @throws DirectoryNotEmptyException if it holds files of somebody else
   * @throws IOException if it cannot be written
   */
  static DemoDirectory prepare(Path directory) throws IOException {
    boolean existed = Files.exists(directory);
    if (existed && !Files.isDirectory(directory)) {
      throw new NotDirectoryException(directory.toString());
    }
    DemoDirectory demo = new DemoDirectory(directory, existed);
    if (existed && !Files.exists(directory.resolve(MARK)) && !demo.isEmpty()) {
      throw new DirectoryNotEmptyException(directory.toString());
    }
    try {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve(MARK), NOTE);
      demo.removeOwn(false);
    } catch (IOException e) {
      try (demo) {
        throw e;
      }
    }
    return demo;
  }

  Path bundle() {
    return directory.resolve("bundle");
  }

  Path input() {
    return directory.resolve("input");
  }

  Path report() {
    return directory.resolve("report.html");
  }

  /** Leaves everything where it is. */
  void keep() {
    kept = true;
  }

  @Override
  public void close() throws IOException {
    if (kept || !Files.isDirectory(directory)) {
      return;
    }
    removeOwn(true);
    if (!existed && isEmpty()) {
      Files.delete(directory);
    }
  }

  private void removeOwn(boolean mark) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.toList()) {
        String name = String.valueOf(entry.getFileName());
        if (OWN.matcher(name).matches() && (mark || !name.equals(MARK))) {
          remove(entry);
        }
      }
    }
  }

  private static void remove(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private boolean isEmpty() throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }
}
