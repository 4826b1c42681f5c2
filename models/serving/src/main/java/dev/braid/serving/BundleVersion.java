package dev.braid.serving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A bundle in a watched directory, as its files are at one moment.
 *
 * @param files name, size and time of every file; equal as long as nobody writes there
 */
record BundleVersion(Path directory, String files) {
  private static final String MANIFEST = "manifest.json";

  /**
   * The bundle whose manifest was written last: the watched directory itself, or a directory in it.
   * Of two of the same time it is the one whose name is later in the alphabet.
   *
   * @throws IOException if the directory cannot be read
   */
  static Optional<BundleVersion> newest(Path watched) throws IOException {
    List<Path> bundles = newestFirst(watched);
    return bundles.isEmpty() ? Optional.empty() : Optional.of(of(bundles.get(0)));
  }

  /**
   * The directories of all bundles there, in that order.
   *
   * @throws IOException if the directory cannot be read
   */
  static List<Path> newestFirst(Path watched) throws IOException {
    List<Path> bundles = new ArrayList<>(List.of(watched));
    try (Stream<Path> children = Files.list(watched)) {
      // A bundle is put together in such a directory before it is shown.
      children
          .filter(child -> !String.valueOf(child.getFileName()).startsWith("."))
          .filter(Files::isDirectory)
          .forEach(bundles::add);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    Map<Path, FileTime> written = new HashMap<>();
    for (Path bundle : bundles) {
      try {
        written.put(bundle, Files.getLastModifiedTime(bundle.resolve(MANIFEST)));
      } catch (NoSuchFileException e) {
        // No bundle, or not yet.
      }
    }
    return written.entrySet().stream()
        .sorted(
            Map.Entry.<Path, FileTime>comparingByValue()
                .thenComparing(Map.Entry::getKey)
                .reversed())
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * What lies in a bundle's directory now.
   *
   * @throws IOException if it cannot be read
   */
  static BundleVersion of(Path bundle) throws IOException {
    return new BundleVersion(bundle, files(bundle));
  }

  private static String files(Path bundle) throws IOException {
    StringBuilder files = new StringBuilder(bundle.toString());
    // Encoders, featurizers and golden rows lie one level below the manifest.
    try (Stream<Path> tree = Files.walk(bundle, 2)) {
      for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
        files
            .append('\n')
            .append(bundle.relativize(file))
            .append(' ')
            .append(Files.size(file))
            .append(' ')
            .append(Files.getLastModifiedTime(file));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return files.toString();
  }
}
