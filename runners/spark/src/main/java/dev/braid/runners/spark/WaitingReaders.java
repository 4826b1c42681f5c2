package dev.braid.runners.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.io.UnboundedSource.CheckpointMark;
import org.apache.beam.sdk.io.UnboundedSource.UnboundedReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The readers of this JVM between two micro-batches, at most one for each source. One that no batch
 * takes within {@value #IDLE_SECONDS} s is closed: the next batch was read elsewhere, or the run is
 * over. Safe for several threads.
 */
final class WaitingReaders {
  private static final Logger LOG = LoggerFactory.getLogger(WaitingReaders.class);
  private static final long IDLE_SECONDS = 60;

  private static final Map<String, Waiting> READERS = new HashMap<>();
  private static @Nullable ScheduledExecutorService closer;

  private record Waiting(
      ReadMark mark, UnboundedReader<?> reader, CheckpointMark place, long sinceNanos) {}

  private WaitingReaders() {}

  /**
   * The reader that stands at a mark, if one does. That a batch begins there says that the one
   * before it is done, so this is when its offsets are committed.
   */
  @SuppressWarnings("unchecked") // The source's id stands for its type.
  static <T> @Nullable UnboundedReader<T> take(WholeSource<T, ?> source, ReadMark mark)
      throws IOException {
    Waiting waiting;
    synchronized (READERS) {
      waiting = READERS.remove(source.id());
    }
    if (waiting == null) {
      return null;
    }
    if (!waiting.mark().isAt(mark)) {
      waiting.reader().close();
      return null;
    }
    waiting.place().finalizeCheckpoint();
    return (UnboundedReader<T>) waiting.reader();
  }

  /** Keeps a reader that stands at a mark. */
  static void put(
      WholeSource<?, ?> source, ReadMark mark, UnboundedReader<?> reader, CheckpointMark place)
      throws IOException {
    Waiting earlier;
    synchronized (READERS) {
      earlier = READERS.put(source.id(), new Waiting(mark, reader, place, System.nanoTime()));
      if (closer == null) {
        closer = closer();
      }
    }
    if (earlier != null) {
      earlier.reader().close();
    }
  }

  private static ScheduledExecutorService closer() {
    ScheduledExecutorService made =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "braid-waiting-readers");
              thread.setDaemon(true);
              return thread;
            });
    var unused =
        made.scheduleWithFixedDelay(
            WaitingReaders::closeIdle, IDLE_SECONDS, IDLE_SECONDS, TimeUnit.SECONDS);
    return made;
  }

  /** Closes all, when a run in this JVM is over. */
  static void closeAll() {
    closeOlderThan(-1);
  }

  private static void closeIdle() {
    closeOlderThan(TimeUnit.SECONDS.toNanos(IDLE_SECONDS));
  }

  private static void closeOlderThan(long nanos) {
    long now = System.nanoTime();
    List<Waiting> idle = new ArrayList<>();
    synchronized (READERS) {
      READERS.values().removeIf(waiting -> now - waiting.sinceNanos() > nanos && idle.add(waiting));
    }
    for (Waiting waiting : idle) {
      try {
        waiting.reader().close();
      } catch (IOException | RuntimeException e) {
        // Nobody waits for it, and the others are still to be closed.
        LOG.warn("a reader that no batch took could not be closed", e);
      }
    }
  }
}
