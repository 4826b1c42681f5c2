package dev.braid.serving;

import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;

/**
 * Which rows share a batch. Rows of one size are taken as they come. Rows of varying length are
 * sorted by it and cut so that batches are as few as can be while all padding together stays under
 * {@value #MAX_PADDING_PERCENT} % of the rows' own elements.
 *
 * <p>Rows in which several lengths vary independently, such as scenes with tokens of several
 * modalities, cannot be brought near each other by any order. There, two batches are also joined
 * where the padding that this adds costs less than a call.
 */
final class BatchPlan {
  /** Padding, as a share of the rows' own elements, stays below. */
  static final int MAX_PADDING_PERCENT = 15;

  /** Elements that a model computes in about the time that a call of the session costs. */
  static final long ELEMENTS_OF_A_CALL = 8192;

  /** Rows that are planned together: the work grows with its square. */
  private static final int WINDOW = 256;

  private final List<TensorSpec> inputs;
  private final List<TensorRow> rows;
  private final int[] order;
  private final BatchSize size;
  private final long maxBytes;
  private final int[] ends;
  private int batches;

  /**
   * Plans batches of some rows.
   *
   * @param sound indexes of the rows that are planned; put into the plan's order here
   * @param alike whether each input has the same length in all of them
   * @param size of a batch
   * @param maxBytes of a batch's padded inputs, unless one row alone has more
   */
  BatchPlan(
      List<TensorSpec> inputs,
      List<TensorRow> rows,
      int[] sound,
      boolean alike,
      BatchSize size,
      long maxBytes) {
    this.inputs = inputs;
    this.rows = rows;
    this.order = sound;
    this.size = size;
    this.maxBytes = maxBytes;
    this.ends = new int[sound.length];
    if (!alike) {
      sort();
      for (int from = 0; from < order.length; from += WINDOW) {
        join(from, Math.min(order.length, from + WINDOW));
      }
    } else if (order.length > 0) {
      long bytes = Math.max(1, bytes(order[0]));
      int full = (int) Math.max(1, Math.min(size.full(bytes), maxBytes / bytes));
      for (int from = 0; from < order.length; from += full) {
        ends[batches++] = Math.min(order.length, from + full);
      }
    }
  }

  /** How many batches there are. */
  int batches() {
    return batches;
  }

  /** Where a batch ends in the order, exclusive; the next one starts there. */
  int end(int batch) {
    return ends[batch];
  }

  /**
   * The elements of each input's longest row among {@code order[from]} to {@code order[to - 1]}.
   */
  static int[] longest(
      List<TensorSpec> inputs, List<TensorRow> rows, int[] order, int from, int to) {
    int[] longest = new int[inputs.size()];
    for (int i = from; i < to; i++) {
      TensorRow row = rows.get(order[i]);
      for (int c = 0; c < longest.length; c++) {
        longest[c] = Math.max(longest[c], row.length(c));
      }
    }
    return longest;
  }

  /** The bytes of that many rows padded to these lengths. */
  static long bytes(List<TensorSpec> inputs, int[] longest, int rows) {
    long bytes = 0;
    for (int c = 0; c < longest.length; c++) {
      bytes += (long) longest[c] * elementBytes(inputs.get(c));
    }
    return bytes * rows;
  }

  private static int elementBytes(TensorSpec spec) {
    return spec.type() == TensorSpec.Type.FLOAT ? Float.BYTES : Long.BYTES;
  }

  private static long sum(int[] longest) {
    long sum = 0;
    for (int length : longest) {
      sum += length;
    }
    return sum;
  }

  private void sort() {
    long[] keys = new long[order.length];
    for (int i = 0; i < keys.length; i++) {
      // The index behind the size: equal sizes keep their order, and nothing is boxed.
      keys[i] = Math.min(Integer.MAX_VALUE, elements(order[i])) << 32 | order[i];
    }
    Arrays.sort(keys);
    for (int i = 0; i < keys.length; i++) {
      order[i] = (int) keys[i];
    }
  }

  /** Joins rows of like length to batches, always the two whose padding grows least. */
  private void join(int from, int to) {
    int[] starts = new int[to - from + 1];
    int[][] longest = new int[to - from][];
    int groups = 0;
    long own = 0;
    boolean oneLength = true;
    for (int i = from; i < to; i++) {
      own += elements(order[i]);
      int[] lengths = longest(inputs, rows, order, i, i + 1);
      oneLength &= hasOneLength(lengths);
      boolean joins =
          groups > 0
              && Arrays.equals(lengths, longest[groups - 1])
              && fits(lengths, i + 1 - starts[groups - 1]);
      if (!joins) {
        starts[groups] = i;
        longest[groups++] = lengths;
      }
    }
    starts[groups] = to;
    long[] costs = new long[groups];
    for (int g = 0; g + 1 < groups; g++) {
      costs[g] = cost(starts, longest, g);
    }
    long padding = 0;
    while (groups > 1) {
      int best = 0;
      for (int g = 1; g + 1 < groups; g++) {
        best = costs[g] < costs[best] ? g : best;
      }
      long least = costs[best];
      boolean within =
          least < Long.MAX_VALUE
              && ((padding + least) * 100 < MAX_PADDING_PERCENT * own
                  || (!oneLength && least <= ELEMENTS_OF_A_CALL));
      if (!within) {
        break;
      }
      padding += least;
      longest[best] = longer(longest[best], longest[best + 1]);
      System.arraycopy(starts, best + 2, starts, best + 1, groups - best - 1);
      System.arraycopy(longest, best + 2, longest, best + 1, groups - best - 2);
      System.arraycopy(costs, best + 1, costs, best, groups - best - 1);
      groups--;
      if (best > 0) {
        costs[best - 1] = cost(starts, longest, best - 1);
      }
      if (best + 1 < groups) {
        costs[best] = cost(starts, longest, best);
      }
    }
    for (int g = 0; g < groups; g++) {
      ends[batches++] = starts[g + 1];
    }
  }

  /** Elements of padding that joining a group and the next adds, or the maximum if it must not. */
  private long cost(int[] starts, int[][] longest, int group) {
    int first = starts[group + 1] - starts[group];
    int second = starts[group + 2] - starts[group + 1];
    int[] both = longer(longest[group], longest[group + 1]);
    if (!fits(both, first + second)) {
      return Long.MAX_VALUE;
    }
    return sum(both) * (first + second)
        - sum(longest[group]) * first
        - sum(longest[group + 1]) * second;
  }

  private boolean fits(int[] longest, int count) {
    long bytes = bytes(inputs, longest, count);
    return bytes <= maxBytes && size.allows(count, bytes);
  }

  /** Whether all inputs of varying length have the same number of steps. */
  private boolean hasOneLength(int[] lengths) {
    int steps = -1;
    for (int c = 0; c < lengths.length; c++) {
      if (inputs.get(c).isVariable()) {
        int found = lengths[c] / inputs.get(c).stride();
        if (steps >= 0 && steps != found) {
          return false;
        }
        steps = found;
      }
    }
    return true;
  }

  private static int[] longer(int[] one, int[] other) {
    int[] longer = new int[one.length];
    for (int c = 0; c < longer.length; c++) {
      longer[c] = Math.max(one[c], other[c]);
    }
    return longer;
  }

  private long elements(int row) {
    TensorRow given = rows.get(row);
    long elements = 0;
    for (int c = 0; c < given.size(); c++) {
      elements += given.length(c);
    }
    return elements;
  }

  private long bytes(int row) {
    return rows.get(row).bytes();
  }
}
