package dev.braid.bench;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the rows of one run, and says when it is over. The time runs from the first row that is
 * made to the last that is answered, so that how an engine starts and stops does not matter. A run
 * may have a lead-in, whose rows do not count: then the time runs from the first answer after it.
 * One run at a time in a JVM, which generators and counters of any engine find here. Safe for
 * several threads.
 */
public final class Meter {
  private static volatile Meter current = new Meter(0, 0);

  private final long leadIn;
  private final long length;
  private final LongAdder rows = new LongAdder();
  private final AtomicLong made = new AtomicLong();
  private final AtomicLong begin = new AtomicLong();
  private volatile long last;

  private Meter(double leadIn, double seconds) {
    this.leadIn = (long) (leadIn * 1e9);
    this.length = (long) (seconds * 1e9);
  }

  /** Begins a run of so many seconds from its first row on. */
  static Meter start(double seconds) {
    return start(0, seconds);
  }

  /** Begins a run of so many seconds, after so many that do not count. */
  static Meter start(double leadIn, double seconds) {
    Meter meter = new Meter(leadIn, seconds);
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
    return !made.compareAndSet(0, now) && now - made.get() - leadIn > length;
  }

  /** Counts rows that are answered. */
  public void add(int count) {
    long now = System.nanoTime();
    // The first rows after a lead-in were made in it.
    if (leadIn > 0 && (now - made.get() <= leadIn || begin.compareAndSet(0, now))) {
      return;
    }
    rows.add(count);
    last = now;
  }

  long rows() {
    return rows.sum();
  }

  /**
   * How long the rows took that count.
   *
   * @throws IllegalStateException if there was none
   */
  double seconds() {
    if (rows() == 0) {
      throw new IllegalStateException("no row was answered in %.1f s".formatted(length / 1e9));
    }
    return (last - (leadIn > 0 ? begin : made).get()) / 1e9;
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
