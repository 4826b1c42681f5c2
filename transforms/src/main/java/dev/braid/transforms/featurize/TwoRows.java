package dev.braid.transforms.featurize;

import dev.braid.serving.RowResult;
import dev.braid.tensor.TensorRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of two encoders of one modality, as one: the newer one's columns come first. Stateless. */
final class TwoRows {
  private TwoRows() {}

  /** What asks an encoder. */
  interface Encoder {
    List<RowResult<float[]>> encode(List<TensorRow> rows);
  }

  /** One row of the columns of both. */
  static TensorRow join(TensorRow newer, TensorRow older) {
    Object[] columns = new Object[newer.size() + older.size()];
    for (int c = 0; c < columns.length; c++) {
      columns[c] = c < newer.size() ? column(newer, c) : column(older, c - newer.size());
    }
    return TensorRow.of(columns);
  }

  /**
   * For every row the vector of the newer encoder, and behind it that of the older one if the row
   * has columns of both and the older one has answered; or why the newer one has not.
   *
   * @param columns of the newer encoder
   */
  static List<RowResult<float[]>> encode(
      List<TensorRow> rows, int columns, Encoder newer, Encoder older) {
    List<TensorRow> first = new ArrayList<>(rows.size());
    List<TensorRow> second = new ArrayList<>();
    for (TensorRow row : rows) {
      first.add(part(row, 0, columns));
      if (row.size() > columns) {
        second.add(part(row, columns, row.size()));
      }
    }
    List<RowResult<float[]>> results = new ArrayList<>(newer.encode(first));
    if (second.isEmpty()) {
      return results;
    }
    List<RowResult<float[]>> others = older.encode(second);
    int other = 0;
    for (int i = 0; i < results.size(); i++) {
      if (rows.get(i).size() > columns) {
        results.set(i, both(results.get(i), others.get(other++)));
      }
    }
    return results;
  }

  private static RowResult<float[]> both(RowResult<float[]> newer, RowResult<float[]> older) {
    if (newer instanceof RowResult.Served<float[]> a
        && older instanceof RowResult.Served<float[]> b) {
      float[] vector = Arrays.copyOf(a.value(), a.value().length + b.value().length);
      System.arraycopy(b.value(), 0, vector, a.value().length, b.value().length);
      return new RowResult.Served<>(vector);
    }
    return newer;
  }

  private static TensorRow part(TensorRow row, int from, int to) {
    if (from == 0 && to == row.size()) {
      return row;
    }
    Object[] columns = new Object[to - from];
    for (int c = from; c < to; c++) {
      columns[c - from] = column(row, c);
    }
    return TensorRow.of(columns);
  }

  private static Object column(TensorRow row, int index) {
    return row.isFloats(index) ? row.floats(index) : row.longs(index);
  }
}
