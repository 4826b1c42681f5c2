package dev.braid.training.fusion;

import dev.braid.training.graph.Ops;
import java.util.ArrayList;
import java.util.List;

/** Sums over the tokens that are there. */
final class Masks {
  private static final float NONE = 1e-6f;

  private Masks() {}

  /**
   * The mean over axis 1 of {@code values [N, T, D]} under {@code mask [N, T, 1]}: {@code [N, D]}.
   */
  static <T> T mean(Ops<T> ops, T values, T mask) {
    // A modality that is not there has the sum 0 and the count 0.
    T divisor = ops.add(ops.sum(mask, 1, false), ops.constant(new float[] {NONE}, 1));
    return ops.divide(ops.sum(ops.multiply(values, mask), 1, false), divisor);
  }

  /** {@code [N, T] -> [N, T, 1]}. */
  static <T> T column(Ops<T> ops, T mask) {
    return ops.reshape(mask, 0, -1, 1);
  }

  /** For each modality 1 where any of its tokens is there: {@code [N, modalities]}. */
  static <T> T present(Ops<T> ops, List<T> masks) {
    List<T> columns = new ArrayList<>();
    for (T mask : masks) {
      columns.add(ops.max(mask, 1, true));
    }
    return ops.concat(1, columns);
  }

  /** {@code weights [N, M]} divided by their sum. */
  static <T> T shares(Ops<T> ops, T weights) {
    return ops.divide(
        weights, ops.add(ops.sum(weights, 1, true), ops.constant(new float[] {NONE}, 1)));
  }
}
