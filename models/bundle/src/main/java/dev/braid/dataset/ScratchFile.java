package dev.braid.dataset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Bytes on disk that only this process sees: appended at the end, read back from any place. On
 * Linux the file has no name once it is open, so that the disk has its room back as soon as this is
 * closed, no longer reachable, or the process is gone, however it went; elsewhere the name goes
 * when this is closed or the JVM ends. One thread may append while others read what they were told
 * of.
 */
public final class ScratchFile implements AutoCloseable {
  private static final int BUFFER = 1 << 18;

  private final Path directory;
  private final FileChannel channel;
  private final ByteBuffer pending = ByteBuffer.allocate(BUFFER);
  private volatile long written;

  private ScratchFile(Path directory, FileChannel channel) {
    this.directory = directory;
    this.channel = channel;
  }

  /**
   * An empty file below {@code directory}.
   *
   * @throws UncheckedIOException if there is no such directory, or it cannot be written
   */
  public static ScratchFile in(Path directory) {
    try {
      Path file = Files.createTempFile(directory, ".braid-", ".scratch");
      try {
        return new ScratchFile(
            directory,
            FileChannel.open(
                file,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE));
      } catch (IOException e) {
        Files.deleteIfExists(file);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a scratch file in " + directory + ": " + e, e);
    }
  }

  /** The directory where scratch files go unless another one is named. */
  public static Path defaultDirectory() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  /**
   * Appends what remains in {@code bytes} and returns the place where it begins.
   *
   * @throws UncheckedIOException if the disk is full or fails
   */
  public synchronized long append(ByteBuffer bytes) {
    long position = size();
    if (bytes.remaining() > pending.remaining()) {
      flush();
    }
    if (bytes.remaining() > pending.remaining()) {
      write(bytes);
    } else {
      pending.put(bytes);
    }
    return position;
  }

  /** Bytes that were appended. */
  public synchronized long size() {
    return written + pending.position();
  }

  /**
   * The {@code length} bytes at {@code position}, big-endian.
   *
   * @throws IllegalArgumentException if so many were not appended
   * @throws UncheckedIOException if the disk fails
   */
  public ByteBuffer read(long position, int length) {
    if (position + length > written) {
      flush();
    }
    if (position < 0 || position + length > written) {
      throw new IllegalArgumentException(
          "%d bytes at %d were asked for, but only %d are there"
              .formatted(length, position, written));
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    try {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, position + bytes.position()) < 0) {
          throw new IOException("the file was cut off");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read a scratch file in " + directory + ": " + e, e);
    }
    return bytes.flip();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close a scratch file in " + directory + ": " + e, e);
    }
  }

  private synchronized void flush() {
    write(pending.flip());
    pending.clear();
  }

  private void write(ByteBuffer bytes) {
    try {
      long position = written;
      while (bytes.hasRemaining()) {
        position += channel.write(bytes, position);
      }
      written = position;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot write a scratch file in %s: %s; another directory may have more room"
              .formatted(directory, e),
          e);
    }
  }
}
