package dev.braid.dataset;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/** Reads files of lines, plain or compressed, and says where each line lies. */
final class Lines {
  private static final int BUFFER = 1 << 16;

  private Lines() {}

  /**
   * One line without its end.
   *
   * @param position where its bytes begin in the file, once that is unpacked
   * @param where file and number, for messages
   */
  record Line(byte[] bytes, long position, String where) {
    String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** Whether a file is read through a decompressor. */
  static boolean isCompressed(Path file) {
    return file.toString().endsWith(".gz");
  }

  /**
   * Hands every line that is not blank to {@code reader}.
   *
   * @throws InvalidDatasetException if the file cannot be read
   */
  static void read(Path directory, Path file, Consumer<Line> reader) {
    String name = directory.relativize(file).toString();
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = isCompressed(file) ? new GZIPInputStream(raw, BUFFER) : raw) {
      byte[] chunk = new byte[BUFFER];
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      long position = 0;
      int number = 1;
      for (int size = in.read(chunk); size >= 0; size = in.read(chunk)) {
        int from = 0;
        for (int i = 0; i < size; i++) {
          if (chunk[i] == '\n') {
            line.write(chunk, from, i - from);
            position += hand(line, position, name, number++, reader) + 1;
            from = i + 1;
          }
        }
        line.write(chunk, from, size - from);
      }
      hand(line, position, name, number, reader);
    } catch (IOException e) {
      throw new InvalidDatasetException("cannot read " + file + ": " + e, e);
    }
  }

  /** Hands on what was collected, unless it is blank, and returns its length. */
  private static int hand(
      ByteArrayOutputStream collected,
      long position,
      String name,
      int number,
      Consumer<Line> reader) {
    byte[] bytes = collected.toByteArray();
    collected.reset();
    if (!isBlank(bytes)) {
      reader.accept(new Line(bytes, position, name + ":" + number));
    }
    return bytes.length;
  }

  private static boolean isBlank(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0 || b > ' ') {
        return false;
      }
    }
    return true;
  }
}
