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
  private final Full full;
  private final List<T> elements = new ArrayList<>();
  private final List<TensorRow> rows = new ArrayList<>();
  private final List<Instant> timestamps = new ArrayList<>();
  private final List<BoundedWindow> windows = new ArrayList<>();
  private long bytes;

  /** Tells whether rows with so many bytes together are enough for a call. */
  interface Full {
    boolean at(int rows, long bytes);
  }

  RowBatch(Full full) {
    this.full = full;
  }

  /** Adds one element and tells whether the batch is full. */
  boolean add(T element, TensorRow row, Instant timestamp, BoundedWindow window) {
    elements.add(element);
    rows.add(row);
    timestamps.add(timestamp);
    windows.add(window);
    bytes += row.bytes();
    return full.at(rows.size(), bytes);
  }

  /** The elements, in the order in which they came; until {@link #clear}, as the next three. */
  List<T> elements() {
    return elements;
  }

  /** Their rows. */
  List<TensorRow> rows() {
    return rows;
  }

  Instant timestamp(int index) {
    return timestamps.get(index);
  }

  BoundedWindow window(int index) {
    return windows.get(index);
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Takes all elements out. */
  void clear() {
    elements.clear();
    rows.clear();
    timestamps.clear();
    windows.clear();
    bytes = 0;
  }
}
