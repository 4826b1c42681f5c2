package dev.braid;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Real files to test with, which are not part of the repository: below {@code $BRAID_DATA}, or
 * below {@code shared/data} beside the repository. Where they are not there, a test is skipped.
 */
public final class DevelopmentData {
  private DevelopmentData() {}

  /** Every file in a zip archive by its name. */
  public static Map<String, byte[]> unzip(String archive) {
    Path file = root().resolve(archive);
    assumeTrue(Files.isRegularFile(file), () -> "skipped: there is no " + file);
    Map<String, byte[]> files = new TreeMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : zip.stream().filter(e -> !e.isDirectory()).toList()) {
        files.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static Path root() {
    String named = System.getenv("BRAID_DATA");
    if (named != null) {
      return Path.of(named);
    }
    Path directory = Path.of("").toAbsolutePath();
    while (directory != null && !Files.exists(directory.resolve("mvnw"))) {
      directory = directory.getParent();
    }
    return Path.of(String.valueOf(directory)).resolveSibling("shared").resolve("data");
  }
}
