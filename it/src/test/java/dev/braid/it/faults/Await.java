package dev.braid.it.faults;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition, and fails when its time is over. */
final class Await {
  private static final long POLL_MILLIS = 100;

  private Await() {}

  static void until(String what, Duration limit, BooleanSupplier condition) {
    until(() -> what, limit, condition);
  }

  static void until(Supplier<String> what, Duration limit, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within %d s: %s".formatted(limit.toSeconds(), what.get()));
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }
  }

  /** Lets half a minute pass. */
  static void halfAMinute() {
    long start = System.nanoTime();
    until(
        "half a minute is over",
        Duration.ofMinutes(1),
        () -> System.nanoTime() - start > Duration.ofSeconds(30).toNanos());
  }
}
