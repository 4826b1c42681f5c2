package dev.braid.serving;

import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;

/**
 * How rows come to a device.
 *
 * @param run what one run of a session takes
 * @param caller what one caller does well to bring at once
 * @param joined whether the calls of several threads are joined; if not, each makes its own
 * @param maxDelayNanos where calls are joined, how long one waits at most for others, given how
 *     long the last run took
 */
record LanePolicy(
    BatchSize run, BatchSize caller, boolean joined, LongUnaryOperator maxDelayNanos) {
  private static final int ROWS = 64;

  private static final LongUnaryOperator AT_ONCE = lastRun -> 0;

  /** A core computes one batch at a time, and gains little by more rows (decision 0030). */
  private static final BatchSize OF_A_CORE = new BatchSize(ROWS, 4 * ROWS, 288 * 1024);

  static final LanePolicy OF_CPU = new LanePolicy(OF_A_CORE, OF_A_CORE, false, AT_ONCE);

  /**
   * A GPU has thousands of cores for one batch, and starts each run at a cost that does not depend
   * on its rows: four callers' rows are one run (decision 0033).
   */
  static final LanePolicy OF_GPU =
      new LanePolicy(
          BatchSize.of(4 * ROWS),
          BatchSize.of(ROWS),
          true,
          JoinedRuns.asLongAsARun(1, TimeUnit.MILLISECONDS));

  /** Of the device and what is asked for. */
  static LanePolicy of(Device device, ServingOptions.Joining joining) {
    LanePolicy usual = device.kind() == Device.Kind.CPU ? OF_CPU : OF_GPU;
    return switch (joining) {
      case BY_DEVICE -> usual;
      case ALWAYS -> new LanePolicy(usual.run, usual.caller, true, OF_GPU.maxDelayNanos);
      case NEVER -> new LanePolicy(usual.run, usual.caller, false, AT_ONCE);
    };
  }
}
