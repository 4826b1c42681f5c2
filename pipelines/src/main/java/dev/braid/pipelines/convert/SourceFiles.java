package dev.braid.pipelines.convert;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Finds and opens the files of a source directory. */
final class SourceFiles {
  private SourceFiles() {}

  /** Takes one line and where it stands. */
  interface LineReader {
    void read(String line, String where);
  }

  /**
   * The files of {@code folder} below {@code source} whose name matches the glob, sorted.
   *
   * @throws InvalidSourceException if there are none
   */
  static List<Path> find(Path source, String folder, String glob) {
    Path directory = source.resolve(folder);
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    List<Path> found = List.of();
    if (Files.isDirectory(directory)) {
      try (Stream<Path> files = Files.list(directory)) {
        found =
            files
                .filter(f -> matcher.matches(directory.relativize(f)) && Files.isRegularFile(f))
                .sorted()
                .toList();
      } catch (IOException e) {
        throw new InvalidSourceException("cannot list %s: %s".formatted(directory, e), e);
      }
    }
    if (found.isEmpty()) {
      throw new InvalidSourceException(
          "there is no file %s/%s below %s".formatted(folder, glob, source));
    }
    return found;
  }

  /** Every byte of a gzip file, uncompressed. */
  static byte[] gunzip(Path file) {
    try (InputStream in = open(file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Every line of a gzip file. */
  static void lines(Path file, Charset charset, LineReader reader) {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(open(file), charset))) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        reader.read(line, file + ":" + number);
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static InvalidSourceException unreadable(Path file, IOException e) {
    return new InvalidSourceException("cannot read %s: %s".formatted(file, e), e);
  }

  private static InputStream open(Path file) throws IOException {
    InputStream raw = new BufferedInputStream(Files.newInputStream(file));
    try {
      return new GZIPInputStream(raw);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }
}
