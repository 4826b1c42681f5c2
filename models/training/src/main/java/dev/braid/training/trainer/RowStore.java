package dev.braid.training.trainer;

import dev.braid.dataset.ScratchFile;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * The featurized rows of one modality, in a file. The heap holds 8 bytes of each row where rows
 * differ in length, and nothing of a row otherwise; every {@link #get} reads a fresh copy. One
 * thread may add; once all rows are in, safe for several threads.
 */
final class RowStore extends AbstractList<TensorRow> implements RandomAccess, AutoCloseable {
  private final List<TensorSpec> inputs;
  private final boolean variable;
  private final ScratchFile file;
  private int size;

  /** Where each row begins, if rows differ in length. */
  private long[] places = new long[0];

  /**
   * An empty store.
   *
   * @param directory where the file goes
   */
  RowStore(List<TensorSpec> inputs, Path directory) {
    this.inputs = List.copyOf(inputs);
    this.variable = inputs.stream().anyMatch(TensorSpec::isVariable);
    this.file = ScratchFile.in(directory);
  }

  /**
   * Adds a row at the end.
   *
   * @throws IllegalArgumentException if the row is not one of these inputs
   * @throws java.io.UncheckedIOException if the disk is full or fails
   */
  @Override
  public boolean add(TensorRow row) {
    row.check(inputs);
    int length = 0;
    for (int i = 0; i < inputs.size(); i++) {
      length += (variable ? Integer.BYTES : 0) + row.length(i) * width(i);
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    for (int i = 0; i < inputs.size(); i++) {
      if (variable) {
        bytes.putInt(row.length(i));
      }
      if (row.isFloats(i)) {
        bytes.asFloatBuffer().put(row.floats(i));
      } else {
        bytes.asLongBuffer().put(row.longs(i));
      }
      bytes.position(bytes.position() + row.length(i) * width(i));
    }
    long place = file.append(bytes.flip());
    if (variable) {
      if (size == places.length) {
        places = Arrays.copyOf(places, Math.max(64, size + (size >> 1)));
      }
      places[size] = place;
    }
    size++;
    return true;
  }

  @Override
  public TensorRow get(int index) {
    Objects.checkIndex(index, size);
    ByteBuffer bytes;
    if (variable) {
      long end = index + 1 < size ? places[index + 1] : file.size();
      bytes = file.read(places[index], (int) (end - places[index]));
    } else {
      int length = 0;
      for (int i = 0; i < inputs.size(); i++) {
        length += inputs.get(i).stride() * width(i);
      }
      bytes = file.read((long) index * length, length);
    }
    Object[] columns = new Object[inputs.size()];
    for (int i = 0; i < columns.length; i++) {
      int length = variable ? bytes.getInt() : inputs.get(i).stride();
      if (inputs.get(i).type() == TensorSpec.Type.FLOAT) {
        float[] floats = new float[length];
        bytes.asFloatBuffer().get(floats);
        columns[i] = floats;
      } else {
        long[] longs = new long[length];
        bytes.asLongBuffer().get(longs);
        columns[i] = longs;
      }
      bytes.position(bytes.position() + length * width(i));
    }
    return TensorRow.of(columns);
  }

  @Override
  public int size() {
    return size;
  }

  /** Bytes on disk. */
  long bytes() {
    return file.size();
  }

  @Override
  public void close() {
    file.close();
  }

  private int width(int column) {
    return inputs.get(column).type() == TensorSpec.Type.FLOAT ? Float.BYTES : Long.BYTES;
  }
}
