package dev.braid.pipelines.io;

import java.io.Serializable;
import java.time.Duration;

/**
 * How an unbounded stream is cut into files.
 *
 * @param every how long a file collects lines, in processing time, from 1 s to 1 h
 * @param stableInput whether the engine hands a file's lines to its writer only when they are bound
 *     not to change, so that a failure leaves no line in two files. Flink does so when it
 *     checkpoints; Spark refuses to.
 */
public record Rolling(Duration every, boolean stableInput) implements Serializable {
  public Rolling {
    if (every.toMillis() < 1_000 || every.toMillis() > 3_600_000) {
      throw new IllegalArgumentException(
          "a file must collect for between 1 and 3600 seconds, but was: " + every);
    }
  }

  /** Every 30 s, on any engine. */
  public static Rolling defaults() {
    return new Rolling(Duration.ofSeconds(30), false);
  }
}
