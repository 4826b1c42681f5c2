package dev.braid.transforms.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What is in memory, and what happens there. Safe for several threads. */
public final class MemoryFiles {
  static final String SCHEME = "memory";

  private static final Map<String, Content> FILES = new ConcurrentSkipListMap<>();
  private static final AtomicLong TIME = new AtomicLong();
  private static final AtomicBoolean AWAY = new AtomicBoolean();
  private static final AtomicLong ASKED = new AtomicLong();
  private static final AtomicInteger OPENED = new AtomicInteger();
  private static final Consumer<String> NOTHING = file -> {};
  private static final AtomicReference<Consumer<String>> BEFORE_OPENING =
      new AtomicReference<>(NOTHING);

  /** A file's bytes, the size that is listed, and when they were written. */
  record Content(byte[] bytes, long size, long time) {}

  private MemoryFiles() {}

  /** As it was at the beginning. */
  public static void clear() {
    FILES.clear();
    AWAY.set(false);
    BEFORE_OPENING.set(NOTHING);
  }

  /** Writes a file; each has a later time than those before. */
  public static void write(String file, byte[] bytes) {
    FILES.put(file, new Content(bytes, bytes.length, TIME.incrementAndGet()));
  }

  /** Writes the files of a directory of this machine, their names in order. */
  public static void write(String directory, Path source) {
    try (Stream<Path> tree = Files.walk(source)) {
      for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
        write(directory + "/" + source.relativize(file), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Removes a file, or all below a directory. */
  public static void remove(String name) {
    FILES.keySet().removeIf(file -> file.equals(name) || file.startsWith(name + "/"));
  }

  /** What is read of a file from now on, though it is listed as long as before. */
  public static void truncate(String file, int bytes) {
    FILES.computeIfPresent(
        file,
        (name, content) ->
            new Content(Arrays.copyOf(content.bytes(), bytes), content.size(), content.time()));
  }

  /** Whether nothing can be read. */
  public static void setAway(boolean away) {
    AWAY.set(away);
  }

  /** Does something before a file is opened, whose name it is told. */
  public static void beforeOpening(Consumer<String> action) {
    BEFORE_OPENING.set(action);
  }

  /** How often something was to be listed or read in this JVM. */
  public static long asked() {
    return ASKED.get();
  }

  /** How often a file was opened in this JVM. */
  public static int opened() {
    return OPENED.get();
  }

  static Map<String, Content> all() throws IOException {
    ASKED.incrementAndGet();
    if (AWAY.get()) {
      throw new IOException("nobody answers");
    }
    return FILES;
  }

  static void opening(String file) {
    BEFORE_OPENING.get().accept(file);
    OPENED.incrementAndGet();
  }
}
