package dev.braid.tensor;

import java.util.List;

/**
 * One row of a model's inputs: for every {@link TensorSpec}, in its order, the elements without the
 * batch dimension, row-major. The arrays are shared, not copied, and must not be written to.
 */
public final class TensorRow {
  private final Object[] columns;
  private final long bytes;

  private TensorRow(Object[] columns, long bytes) {
    this.columns = columns;
    this.bytes = bytes;
  }

  /**
   * A row of the given columns, each a {@code float[]} or a {@code long[]}.
   *
   * @throws IllegalArgumentException if a column is neither
   */
  public static TensorRow of(Object... columns) {
    long bytes = 0;
    for (Object column : columns) {
      if (column instanceof float[] floats) {
        bytes += (long) floats.length * Float.BYTES;
      } else if (column instanceof long[] longs) {
        bytes += (long) longs.length * Long.BYTES;
      } else {
        throw new IllegalArgumentException(
            "a column must be float[] or long[], but was: " + column.getClass().getSimpleName());
      }
    }
    return new TensorRow(columns.clone(), bytes);
  }

  /** Columns in this row. */
  public int size() {
    return columns.length;
  }

  /** Bytes of all elements. */
  public long bytes() {
    return bytes;
  }

  /** The floats of column {@code index}. */
  public float[] floats(int index) {
    return (float[]) columns[index];
  }

  /** The integers of column {@code index}. */
  public long[] longs(int index) {
    return (long[]) columns[index];
  }

  /** Whether column {@code index} holds floats. */
  public boolean isFloats(int index) {
    return columns[index] instanceof float[];
  }

  /** Elements in column {@code index}. */
  public int length(int index) {
    return columns[index] instanceof float[] floats
        ? floats.length
        : ((long[]) columns[index]).length;
  }

  /**
   * Checks this row against the inputs that it is meant for.
   *
   * @throws IllegalArgumentException naming the tensor, its shape and the length found
   */
  public void check(List<TensorSpec> inputs) {
    if (inputs.size() != columns.length) {
      throw new IllegalArgumentException(
          "a row needs %d tensors, but had: %d".formatted(inputs.size(), columns.length));
    }
    for (int i = 0; i < columns.length; i++) {
      TensorSpec spec = inputs.get(i);
      boolean floats = isFloats(i);
      if (floats != (spec.type() == TensorSpec.Type.FLOAT)) {
        throw new IllegalArgumentException(
            "tensor '%s' must hold %s".formatted(spec.name(), spec.type()));
      }
      int length = length(i);
      boolean fits =
          spec.isVariable() ? length > 0 && length % spec.stride() == 0 : length == spec.stride();
      if (!fits) {
        throw new IllegalArgumentException(
            "tensor '%s' has shape %s, but the row held %d elements"
                .formatted(spec.name(), spec.shape(), length));
      }
    }
  }
}
