package dev.braid.pipelines.io;

import dev.braid.dataset.InvalidDatasetException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files of observations of one input directory: {@code observations/*.jsonl[.gz]} if it has a
 * directory {@code observations}, as a data set does, else {@code *.jsonl[.gz]} in the directory
 * itself, but for {@code labels.jsonl} and {@code splits.jsonl}. Hidden files are left out.
 *
 * @param root the input directory, below which references are read
 * @param files sorted by name, at least one
 */
public record ObservationFiles(Path root, List<Path> files) {
  private static final Set<String> OTHERS = Set.of("labels.jsonl", "splits.jsonl");

  public ObservationFiles {
    files = List.copyOf(files);
  }

  /**
   * Lists the files.
   *
   * @throws InvalidDatasetException if there is no such directory, it has no such file, or none of
   *     the files holds a line
   */
  public static ObservationFiles below(Path input) {
    if (!Files.isDirectory(input)) {
      throw new InvalidDatasetException(
          Files.exists(input)
              ? "the input %s must be a directory, but is a file".formatted(input)
              : "there is no input directory " + input);
    }
    Path root = input.toAbsolutePath().normalize();
    Path observations = root.resolve("observations");
    Path directory = Files.isDirectory(observations) ? observations : root;
    try (Stream<Path> all = Files.list(directory)) {
      List<Path> files = all.filter(ObservationFiles::isObservations).sorted().toList();
      if (files.isEmpty()) {
        throw new InvalidDatasetException(
            "the input %s has no observations: there is no *.jsonl or *.jsonl.gz in %s"
                .formatted(input, directory));
      }
      for (Path file : files) {
        if (mayHoldLine(file)) {
          return new ObservationFiles(root, files);
        }
      }
    } catch (IOException e) {
      throw new InvalidDatasetException("cannot read the input %s: %s".formatted(input, e), e);
    }
    throw new InvalidDatasetException(
        "the input %s has no observations: its files hold no line".formatted(input));
  }

  private static boolean isObservations(Path file) {
    String name = String.valueOf(file.getFileName());
    return (name.endsWith(".jsonl") || name.endsWith(".jsonl.gz"))
        && !name.startsWith(".")
        && !OTHERS.contains(name)
        && Files.isRegularFile(file);
  }

  private static boolean mayHoldLine(Path file) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(LineBlocks.open(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          return true;
        }
      }
      return false;
    } catch (java.util.zip.ZipException | java.io.EOFException e) {
      // A damaged file is reported where it is read: as a dead letter.
      return true;
    }
  }
}
