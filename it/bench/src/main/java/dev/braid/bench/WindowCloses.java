package dev.braid.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * When windows of event time closed, by the broker's clock: as soon as every partition of a topic
 * had a record of the window's end or later. Safe for several threads.
 */
final class WindowCloses {
  /** For each partition, when the first record of a time or later was appended, by that time. */
  private final List<TreeMap<Long, Long>> partitions = new ArrayList<>();

  WindowCloses(int count) {
    for (int i = 0; i < count; i++) {
      partitions.add(new TreeMap<>());
    }
  }

  /**
   * Notes a record that was appended.
   *
   * @param time of its event, in milliseconds
   * @param appended by the broker's clock, in milliseconds
   */
  synchronized void appended(int partition, long time, long appended) {
    TreeMap<Long, Long> first = partitions.get(partition);
    Map.Entry<Long, Long> latest = first.lastEntry();
    // Only what is later than all before it moves the watermark.
    if (latest == null || time > latest.getKey()) {
      first.put(time, appended);
    }
  }

  /**
   * When a window closed.
   *
   * @param end of the window, exclusive, in milliseconds of event time
   * @throws IllegalStateException if it is still open
   */
  synchronized long closed(long end) {
    long closed = Long.MIN_VALUE;
    for (TreeMap<Long, Long> first : partitions) {
      Map.Entry<Long, Long> passed = first.ceilingEntry(end);
      if (passed == null) {
        throw new IllegalStateException("no record has passed " + end + " in every partition");
      }
      closed = Math.max(closed, passed.getValue());
    }
    return closed;
  }
}
