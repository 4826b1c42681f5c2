package dev.braid.spec;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sliding windows in event time: one of {@code size} begins every {@code period}, aligned to the
 * epoch.
 *
 * @param size 1 ms to 36,500 days
 * @param period at most {@code size}, at least a {@value #MAX_OVERLAP}th of it; default {@code
 *     size} (windows side by side)
 * @param allowedLateness how long after its end a window still takes late data, 0 to 36,500 days;
 *     default 0
 */
public record WindowSpec(
    Duration size, @Nullable Duration period, @Nullable Duration allowedLateness) {
  /** Windows that one instant lies in, at most. */
  private static final int MAX_OVERLAP = 10_000;

  public WindowSpec {
    Checks.positive(size, "window.size");
    period = Checks.positive(period == null ? size : period, "window.period");
    if (period.compareTo(size) > 0) {
      throw new InvalidSpecException(
          "spec: window.period must be at most window.size (%s), but was: %s"
              .formatted(DurationText.format(size), DurationText.format(period)));
    }
    if (period.multipliedBy(MAX_OVERLAP).compareTo(size) < 0) {
      throw new InvalidSpecException(
          "spec: window.period must be at least a %dth of window.size (%s), but was: %s"
              .formatted(MAX_OVERLAP, DurationText.format(size), DurationText.format(period)));
    }
    allowedLateness = allowedLateness == null ? Duration.ZERO : allowedLateness;
  }

  /** Milliseconds from one window's start to its end. */
  public long sizeMillis() {
    return size.toMillis();
  }

  /** Milliseconds from one window's start to the next one's. */
  public long periodMillis() {
    return Checks.required(period, "window.period").toMillis();
  }

  /** Milliseconds that late data are still taken for. */
  public long allowedLatenessMillis() {
    return Checks.required(allowedLateness, "window.allowedLateness").toMillis();
  }
}
