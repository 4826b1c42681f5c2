package dev.braid.pipelines.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.UUID;

/** Puts files into place that are whole, are on the disk, and replace nothing. */
final class WholeFile {
  private WholeFile() {}

  /**
   * Writes {@code NAMESUFFIX}. If a file of that name holds something else, a part of a run was
   * repeated with another outcome, and the file becomes {@code NAME-1SUFFIX}, {@code NAME-2SUFFIX},
   * ...; if one holds the same, nothing is left to do.
   *
   * @throws DestinationException if it cannot be written
   */
  static void put(Path directory, String name, String suffix, byte[] bytes) {
    // Hidden, so that nobody takes it for a result.
    Path part = directory.resolve(".braid-" + UUID.randomUUID());
    try {
      Files.createDirectories(directory);
      try {
        write(part, bytes);
        for (int again = 0; ; again++) {
          Path file = directory.resolve(name + (again == 0 ? "" : "-" + again) + suffix);
          if (!Files.exists(file)) {
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            return;
          }
          if (Files.size(file) == bytes.length && Arrays.equals(Files.readAllBytes(file), bytes)) {
            return;
          }
        }
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      String reason =
          e instanceof FileSystemException file && file.getReason() != null
              ? file.getReason()
              : String.valueOf(e.getMessage());
      throw new DestinationException(
          "cannot write %s%s in %s: %s".formatted(name, suffix, directory, reason), e);
    }
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      // The engine forgets these lines as soon as this returns.
      channel.force(true);
    }
  }
}
