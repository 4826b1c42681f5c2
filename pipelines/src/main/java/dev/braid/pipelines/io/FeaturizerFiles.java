package dev.braid.pipelines.io;

import dev.braid.dataset.FittedFeaturizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The files that a fit leaves in its output directory, as {@link FittedFeaturizers} reads them. */
public final class FeaturizerFiles {
  private FeaturizerFiles() {}

  /** Spec, featurizers and dead letters in {@code directory}, sorted by name. */
  public static List<Path> in(Path directory) throws IOException {
    List<Path> files = new ArrayList<>(ResultFiles.in(directory));
    if (Files.isRegularFile(directory.resolve(FittedFeaturizers.SPEC))) {
      files.add(directory.resolve(FittedFeaturizers.SPEC));
    }
    Path featurizers = directory.resolve("featurizers");
    if (Files.isDirectory(featurizers)) {
      try (Stream<Path> all = Files.list(featurizers)) {
        files.addAll(all.filter(file -> file.toString().endsWith(".json")).toList());
      }
    }
    files.sort(null);
    return files;
  }
}
