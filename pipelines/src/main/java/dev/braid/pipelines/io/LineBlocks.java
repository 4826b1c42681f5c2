package dev.braid.pipelines.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a plain or gzip-compressed file into blocks of whole lines, so that few elements carry many
 * lines from the reader to the workers, and a compressed file is shared among them too.
 */
final class LineBlocks {
  /** A block ends with the line that makes it at least this long, in bytes. */
  static final int BLOCK_BYTES = 1024 * 1024;

  /** A block ends with this line: enough to fill batches of several modalities. */
  static final int BLOCK_LINES = 512;

  /** The longest line, in bytes: the largest blob in Base64 and then some. */
  static final int MAX_LINE_BYTES = 96 * 1024 * 1024;

  private static final int BUFFER_BYTES = 64 * 1024;

  /** Takes what was read. */
  interface Receiver {
    /**
     * @param lines whole lines, each but perhaps the last with its line feed
     */
    void block(byte[] lines);

    /**
     * @param lines how many lines were read before
     * @param reason what is wrong with the file
     */
    void damaged(long lines, String reason);
  }

  private final Receiver receiver;
  private byte[] pending = new byte[BLOCK_BYTES + BUFFER_BYTES];
  private int length;
  private int lineStart;
  private int pendingLines;
  private long lines;

  private LineBlocks(Receiver receiver) {
    this.receiver = receiver;
  }

  /** Opens a file for reading, through gzip if its name says so. */
  static InputStream open(Path file) throws IOException {
    InputStream raw = Files.newInputStream(file);
    if (!file.toString().endsWith(".gz")) {
      return raw;
    }
    try {
      return new GZIPInputStream(raw, BUFFER_BYTES);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  /**
   * Reads a file to its end, or to where it is damaged: a compressed file that is cut short or
   * broken, or a line that is too long.
   *
   * @throws IOException if the file cannot be read for another reason
   */
  static void read(Path file, Receiver receiver) throws IOException {
    LineBlocks blocks = new LineBlocks(receiver);
    @Nullable String damage = null;
    try (InputStream in = open(file)) {
      damage = blocks.readAll(in);
    } catch (ZipException | EOFException e) {
      damage = "the gzip data are cut short or broken: " + e.getMessage();
    }
    blocks.flush();
    if (damage != null) {
      receiver.damaged(blocks.lines, damage);
    }
  }

  /** The lines of a block that are not blank, without white space behind them. */
  static List<byte[]> lines(byte[] block) {
    List<byte[]> lines = new ArrayList<>();
    int from = 0;
    while (from < block.length) {
      int to = from;
      while (to < block.length && block[to] != '\n') {
        to++;
      }
      int start = beginsWithByteOrderMark(block, from, to) ? from + 3 : from;
      int end = to;
      while (end > start && block[end - 1] >= 0 && block[end - 1] <= ' ') {
        end--;
      }
      if (end > start) {
        lines.add(Arrays.copyOfRange(block, start, end));
      }
      from = to + 1;
    }
    return lines;
  }

  /** Some editors put one first. */
  private static boolean beginsWithByteOrderMark(byte[] block, int from, int to) {
    return to - from >= 3
        && block[from] == (byte) 0xEF
        && block[from + 1] == (byte) 0xBB
        && block[from + 2] == (byte) 0xBF;
  }

  private @Nullable String readAll(InputStream in) throws IOException {
    while (true) {
      if (pending.length - length < BUFFER_BYTES) {
        pending = Arrays.copyOf(pending, 2 * pending.length);
      }
      int count = in.read(pending, length, BUFFER_BYTES);
      if (count < 0) {
        return null;
      }
      take(count);
      if (length - lineStart > MAX_LINE_BYTES) {
        length = lineStart;
        return "line %d is longer than %d bytes".formatted(lines + 1, MAX_LINE_BYTES);
      }
    }
  }

  private void take(int count) {
    int end = length + count;
    for (int i = length; i < end; i++) {
      if (pending[i] == '\n') {
        lines++;
        pendingLines++;
        lineStart = i + 1;
        if (pendingLines >= BLOCK_LINES || lineStart >= BLOCK_BYTES) {
          receiver.block(Arrays.copyOf(pending, lineStart));
          System.arraycopy(pending, lineStart, pending, 0, end - lineStart);
          end -= lineStart;
          i = -1;
          lineStart = 0;
          pendingLines = 0;
        }
      }
    }
    length = end;
  }

  private void flush() {
    if (length > 0) {
      if (lineStart < length) {
        lines++;
      }
      receiver.block(Arrays.copyOf(pending, length));
      length = 0;
    }
  }
}
