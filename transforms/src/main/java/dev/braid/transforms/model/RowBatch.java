package dev.braid.transforms.model;

import dev.braid.tensor.TensorRow;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Instant;

/**
 * Rows that wait for one call of a model, each with the element it was made of and that element's
 * timestamp and window. Elements of different windows share a batch, because a batch for each
 * window falls to one row when there are many windows. Not safe for several threads.
 */
final class RowBatch<T> {
  /** Bytes of a full batch: long sounds would otherwise hold hundreds of megabytes. */
  static final long MAX_BYTES = 16L * 1024 * 1024;

  private final int maxRows;
  private List<Waiting<T>> waiting = new ArrayList<>();
  private long bytes;

  /** One element that waits. */
  record Waiting<T>(T element, TensorRow row, Instant timestamp, BoundedWindow window) {}

  /**
   * @param maxRows rows of a full batch
   */
  RowBatch(int maxRows) {
    this.maxRows = maxRows;
  }

  /** Adds one element and tells whether the batch is full. */
  boolean add(T element, TensorRow row, Instant timestamp, BoundedWindow window) {
    waiting.add(new Waiting<>(element, row, timestamp, window));
    for (int c = 0; c < row.size(); c++) {
      bytes += (long) row.length(c) * (row.isFloats(c) ? Float.BYTES : Long.BYTES);
    }
    return waiting.size() >= maxRows || bytes >= MAX_BYTES;
  }

  /** Takes all elements out, in the order in which they came; none if there are none. */
  List<Waiting<T>> drain() {
    List<Waiting<T>> drained = waiting;
    waiting = new ArrayList<>();
    bytes = 0;
    return drained;
  }
}
