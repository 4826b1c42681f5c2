package dev.braid.it.scenarios;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The watched directory of one run, and the versions that were put there. Used by one thread. */
final class Versions {
  /** Files of a copy that are written from one observation to the next. */
  private static final int FILES_AT_ONCE = 4;

  private final Path directory;
  private final Map<String, Version> byDigest = new HashMap<>();
  private final ArrayDeque<Path> copied = new ArrayDeque<>();
  private Path source;
  private Path target;
  private int put;

  /**
   * Makes the directory.
   *
   * @param launched the digest of what the run is launched with
   */
  Versions(Path directory, String launched) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.source = directory;
    this.target = directory;
    byDigest.put(launched, Version.LAUNCHED);
  }

  /** Which version has that digest; none that nobody put there. */
  Version of(String digest) {
    Version version = byDigest.get(digest);
    if (version == null) {
      throw new AssertionError("no version has the digest " + digest);
    }
    return version;
  }

  /**
   * By which options a run watches the directory, the last ones of its command: as it is, or, where
   * there is Hadoop, through one of its file systems, from which each worker has to copy.
   */
  List<String> options(Runner runner) {
    if (runner == Runner.DIRECT) {
      return List.of("--watch", directory.toString());
    }
    return List.of(
        "--watch",
        "viewfs://it/versions",
        "--",
        "--hdfsConfiguration=[{\"fs.defaultFS\":\"viewfs://it/\","
            + "\"fs.viewfs.mounttable.it.link./versions\":\"%s\"}]".formatted(directory.toUri()));
  }

  /** Puts a version together elsewhere and renames its directory into the watched one. */
  void rename(Version version) throws IOException {
    String name = "v" + ++put;
    Path made = directory.resolveSibling(directory.getFileName() + "-" + name);
    byDigest.put(version.write(made), version);
    Files.move(made, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Begins to copy a version into the watched directory, its manifest first. */
  void copy(Version version) throws IOException {
    String name = "v" + ++put;
    source = directory.resolveSibling(directory.getFileName() + "-" + name);
    target = directory.resolve(name);
    byDigest.put(version.write(source), version);
    copied.add(source.resolve("manifest.json"));
    try (Stream<Path> files = Files.walk(source)) {
      files
          .filter(Files::isRegularFile)
          .filter(file -> !copied.contains(file))
          .sorted()
          .toList()
          .forEach(copied::add);
    }
    goOn();
  }

  /** Copies a few files more, if a copy is under way. */
  void goOn() {
    List<Path> now = new ArrayList<>();
    while (!copied.isEmpty() && now.size() < FILES_AT_ONCE) {
      now.add(copied.remove());
    }
    try {
      for (Path file : now) {
        Path to = target.resolve(source.relativize(file));
        Files.createDirectories(to.getParent());
        Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
