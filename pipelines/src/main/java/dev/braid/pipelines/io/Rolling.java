package dev.braid.pipelines.io;

import java.io.Serializable;
import java.time.Duration;

/** How an unbounded stream is cut into files. */
public sealed interface Rolling extends Serializable {

  /**
   * By processing time.
   *
   * @param every how long a file collects lines, from 1 s to 1 h
   * @param stableInput whether the engine hands a file's lines to its writer only when they are
   *     bound not to change, so that a failure leaves no line in two files. Flink does so when it
   *     checkpoints
   */
  record ByTime(Duration every, boolean stableInput) implements Rolling {
    public ByTime {
      if (every.toMillis() < 1_000 || every.toMillis() > 3_600_000) {
        throw new IllegalArgumentException(
            "a file must collect for between 1 and 3600 seconds, but was: " + every);
      }
    }
  }

  /**
   * By the engine's micro-batches. A batch that is repeated with the same lines finds its files
   * there.
   */
  record ByBatch() implements Rolling {}

  /** Every 30 s, on an engine without failures or batches. */
  static Rolling defaults() {
    return every30Seconds(false);
  }

  /** Every 30 s. */
  static Rolling every30Seconds(boolean stableInput) {
    return new ByTime(Duration.ofSeconds(30), stableInput);
  }
}
