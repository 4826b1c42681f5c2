package dev.braid.transforms.align;

import dev.braid.spec.WindowSpec;
import java.io.Serializable;
import java.util.NavigableMap;

/**
 * Time cut where some sliding window begins or ends, so that a slice lies in a window as a whole or
 * not at all: into one slice a period if the size is a multiple of it, else into two (paired
 * windows: Krishnamurthy, Wu and Franklin, On-the-fly sharing for streamed aggregation, 2006).
 * There are never more of them than of slices of the greatest common divisor of size and period.
 * Milliseconds since the epoch, right before 1970 too. Safe for several threads.
 */
final class SliceGrid implements Serializable {
  private static final long serialVersionUID = 1L;

  /** No window. */
  static final long NONE = Long.MAX_VALUE;

  /** Sizes of a window from the start of one stretch to that of the next. */
  private static final long STRETCH = 4;

  private final long size;
  private final long period;

  SliceGrid(WindowSpec.Time window) {
    this.size = window.sizeMillis();
    this.period = window.periodMillis();
  }

  /** Where the slice begins that holds an instant. */
  long sliceOf(long millis) {
    long start = lastStart(millis);
    long cut = start + size % period;
    return millis < cut ? start : cut;
  }

  /** Where the first window begins that holds an instant. */
  long firstStart(long millis) {
    return (Math.floorDiv(millis - size, period) + 1) * period;
  }

  /** Where the last window begins that holds an instant. */
  long lastStart(long millis) {
    return millis - Math.floorMod(millis, period);
  }

  /**
   * Where the first window at {@code from} or later begins that holds a slice, or {@link #NONE}.
   */
  long nextStart(NavigableMap<Long, Slice> slices, long from) {
    Long slice = slices.ceilingKey(from);
    return slice == null ? NONE : Math.max(from, firstStart(slice));
  }

  /** The slices of the window that begins at {@code start}, the latest first. */
  NavigableMap<Long, Slice> in(NavigableMap<Long, Slice> slices, long start) {
    return slices.subMap(start, true, start + size, false).descendingMap();
  }

  /**
   * Long windows that hold every window of the grid as a whole, each of those in one of them alone.
   * They overlap by less than a window, so that what lies in them is in two at most, and in 1.25 on
   * average.
   */
  SlidingEventTime stretches() {
    long many = -Math.floorDiv(-STRETCH * size, period) * period;
    return SlidingEventTime.of(many + size - period, many);
  }

  /** From the start of one window to that of the next. */
  long period() {
    return period;
  }

  /** Of the window that begins at {@code start}. */
  long end(long start) {
    return start + size;
  }
}
