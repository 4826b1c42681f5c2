package dev.braid.serving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A watched place on the file system of this machine, whose versions are loaded where they lie. */
record WatchedDirectory(Path directory) implements WatchedPlace {
  private static final String MANIFEST = "manifest.json";

  @Override
  public String name() {
    return directory.toString();
  }

  @Override
  public List<String> newestFirst() throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new NotDirectoryException(directory.toString());
    }
    List<Path> bundles = new ArrayList<>(List.of(directory));
    try (Stream<Path> children = Files.list(directory)) {
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
        .map(entry -> entry.getKey().toString())
        .toList();
  }

  @Override
  public BundleVersion version(String bundle) throws IOException {
    Path root = Path.of(bundle);
    StringBuilder files = new StringBuilder(bundle);
    // Encoders, featurizers and golden rows lie one level below the manifest.
    try (Stream<Path> tree = Files.walk(root, 2)) {
      for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
        files
            .append('\n')
            .append(root.relativize(file))
            .append(' ')
            .append(Files.size(file))
            .append(' ')
            .append(Files.getLastModifiedTime(file));
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return new BundleVersion(bundle, files.toString());
  }

  @Override
  public Path fetch(BundleVersion version) {
    return Path.of(version.bundle());
  }

  @Override
  public void close() {}
}
