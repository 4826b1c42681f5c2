package dev.braid.training.own;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the file of an encoder; nothing outside of the spec's directory is read. */
final class EncoderFile {
  /** The longest array of the JVM, and more than a protocol buffer may have. */
  private static final long MAX_BYTES = Integer.MAX_VALUE - 8;

  private EncoderFile() {}

  /**
   * The bytes of a file.
   *
   * @param title of the encoder, for messages
   */
  static byte[] read(String title, Path directory, String path) {
    Path file = directory.resolve(path);
    if (!Files.isRegularFile(file)) {
      throw new InvalidEncoderException(
          "%s: there is no file %s; the path is relative to spec.yaml".formatted(title, file));
    }
    try {
      if (!file.toRealPath().startsWith(directory.toRealPath())) {
        throw new InvalidEncoderException(
            "%s: the file leads out of %s; copy it there".formatted(title, directory));
      }
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new InvalidEncoderException(
            "%s: the file must have at most %d bytes, but has %d"
                .formatted(title, MAX_BYTES, size));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new InvalidEncoderException("%s cannot be read: %s".formatted(title, e), e);
    }
  }
}
