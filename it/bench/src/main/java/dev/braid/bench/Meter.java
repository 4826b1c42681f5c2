package dev.braid.bench;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the rows of one run, and says when it is over. The time runs from the first row that is
 * made to the last that is answered, so that how an engine starts and stops does not matter. One
 * run at a time in a JVM, which generators and counters of any engine find here. Safe for several
 * threads.
 */
public final class Meter {
  private static volatile Meter current = new Meter(0);

  private final long length;
  private final LongAdder rows = new LongAdder();
  private final AtomicLong begin = new AtomicLong();
  private volatile long last;

  private Meter(double seconds) {
    this.length = (long) (seconds * 1e9);
  }

  /** Begins a run of so many seconds from its first row on. */
  static Meter start(double seconds) {
    Meter meter = new Meter(seconds);
    current = meter;
    return meter;
  }

  /** The run of now. */
  public static Meter current() {
    return current;
  }

  /** Whether a generator should stop. The first who asks is about to make the first row. */
  public boolean isOver() {
    long now = System.nanoTime();
    return !begin.compareAndSet(0, now) && now - begin.get() > length;
  }

  /** Counts rows that are answered. */
  public void add(int count) {
    rows.add(count);
    last = System.nanoTime();
  }

  long rows() {
    return rows.sum();
  }

  /**
   * From the first row made to the last answered.
   *
   * @throws IllegalStateException if there was none
   */
  double seconds() {
    if (rows() == 0) {
      throw new IllegalStateException("no row was answered in %.1f s".formatted(length / 1e9));
    }
    return (last - begin.get()) / 1e9;
  }

  /**
   * Rows per second.
   *
   * @throws IllegalStateException if there were none
   */
  double rate() {
    return rows() / seconds();
  }
}
