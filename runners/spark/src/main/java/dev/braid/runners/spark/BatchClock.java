package dev.braid.runners.spark;

import java.util.concurrent.TimeUnit;
import org.apache.spark.util.ManualClock;

/**
 * The clock by which Spark begins micro-batches, one for each interval but none before the one
 * before it is done.
 *
 * <p>By the wall clock Spark would put a tick into its queue at every interval, however far behind
 * it is, and write no checkpoint before it has worked through those that are in front of it. By
 * this one time stands still meanwhile. After a restart it goes on at the last checkpoint, as Spark
 * does for every manual clock, so that no batches are made up for the time between.
 *
 * <p>Made by Spark, by name.
 */
public final class BatchClock extends ManualClock {
  /** The property of Spark that names its clock. */
  static final String PROPERTY = "spark.streaming.clock";

  private long lastTickNanos = System.nanoTime();

  /** Begins now. */
  public BatchClock() {
    super(System.currentTimeMillis());
  }

  /** Waits for the turn of the batch of that time. Called by Spark's timer thread alone. */
  @Override
  public long waitTillTime(long target) {
    long due = lastTickNanos + TimeUnit.MILLISECONDS.toNanos(target - getTimeMillis());
    try {
      BatchOrder.awaitTick(target);
      TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
    } catch (InterruptedException e) {
      // The timer ends: it has been told so before.
      Thread.currentThread().interrupt();
      return target;
    }
    lastTickNanos = System.nanoTime();
    setTime(target);
    return target;
  }
}
