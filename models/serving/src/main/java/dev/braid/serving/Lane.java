package dev.braid.serving;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one input or output for one call at a time: a direct buffer that is reused from
 * batch to batch and grows when a batch needs more, and the tensor over it, which is made anew only
 * when its shape changes. Owns both. Not safe for several threads.
 */
final class Lane implements AutoCloseable {
  private static final float[] ZERO_FLOATS = new float[1024];
  private static final long[] ZERO_LONGS = new long[1024];

  private final TensorSpec spec;
  private final boolean variable;
  private final boolean ofFloats;
  private final int stride;
  private FloatBuffer floats = FloatBuffer.allocate(0);
  private LongBuffer longs = LongBuffer.allocate(0);
  private @Nullable OnnxTensor tensor;
  private int tensorRows;
  private int tensorLength;

  Lane(TensorSpec spec) {
    this.spec = spec;
    this.variable = spec.isVariable();
    this.ofFloats = spec.type() == TensorSpec.Type.FLOAT;
    this.stride = spec.stride();
  }

  /**
   * Makes room for a batch of inputs.
   *
   * @param longest the elements of the longest row; the others are padded with zeros to it
   */
  void start(int rows, int longest) {
    int elements = Math.multiplyExact(rows, longest);
    if (ofFloats) {
      reserveFloats(elements);
    } else {
      reserveLongs(elements);
    }
  }

  /** Adds column {@code column} of the batch's next row. */
  void add(TensorRow row, int column, int longest) {
    if (ofFloats) {
      float[] given = row.floats(column);
      if (given.length == 1) {
        // A block of one costs as much as a block of many.
        floats.put(given[0]);
      } else {
        floats.put(given);
      }
      for (int left = longest - given.length; left > 0; left -= ZERO_FLOATS.length) {
        floats.put(ZERO_FLOATS, 0, Math.min(left, ZERO_FLOATS.length));
      }
    } else {
      long[] given = row.longs(column);
      longs.put(given);
      for (int left = longest - given.length; left > 0; left -= ZERO_LONGS.length) {
        longs.put(ZERO_LONGS, 0, Math.min(left, ZERO_LONGS.length));
      }
    }
  }

  /**
   * A tensor over the rows that were added, as many as there was room made for. It is valid until
   * the next call of this lane, which owns it.
   */
  OnnxTensor filled(OrtEnvironment environment, int rows, int longest) throws OrtException {
    if (ofFloats) {
      floats.flip();
    } else {
      longs.flip();
    }
    return tensor(environment, rows, variable ? longest / stride : 0);
  }

  /** A tensor over this memory that holds column {@code column} of all rows, in their order. */
  OnnxTensor fill(OrtEnvironment environment, List<TensorRow> rows, int column)
      throws OrtException {
    int longest = 0;
    for (TensorRow row : rows) {
      longest = Math.max(longest, row.length(column));
    }
    start(rows.size(), longest);
    for (TensorRow row : rows) {
      add(row, column, longest);
    }
    return filled(environment, rows.size(), longest);
  }

  /** A tensor over this memory that takes an output of {@code rows} rows. */
  OnnxTensor take(OrtEnvironment environment, int rows) throws OrtException {
    reserveFloats(Math.multiplyExact(rows, stride));
    return tensor(environment, rows, 0);
  }

  /** The elements of one row of the output that was taken last, in an array of their own. */
  float[] row(int index) {
    float[] row = new float[stride];
    floats.get(index * stride, row);
    return row;
  }

  /** Gives memory back of which one huge row had asked for more than {@code bytes}. */
  void trim(long bytes) {
    if ((long) floats.capacity() * Float.BYTES > bytes
        || (long) longs.capacity() * Long.BYTES > bytes) {
      close();
      floats = FloatBuffer.allocate(0);
      longs = LongBuffer.allocate(0);
    }
  }

  @Override
  public void close() {
    if (tensor != null) {
      tensor.close();
      tensor = null;
    }
  }

  private OnnxTensor tensor(OrtEnvironment environment, int rows, int length) throws OrtException {
    OnnxTensor kept = tensor;
    if (kept != null && tensorRows == rows && tensorLength == length) {
      return kept;
    }
    close();
    long[] shape = shape(rows, length);
    OnnxTensor made =
        ofFloats
            ? OnnxTensor.createTensor(environment, floats, shape)
            : OnnxTensor.createTensor(environment, longs, shape);
    tensor = made;
    tensorRows = rows;
    tensorLength = length;
    return made;
  }

  private long[] shape(int rows, int length) {
    long[] shape = new long[spec.shape().size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = spec.shape().get(i);
    }
    shape[0] = rows;
    if (variable) {
      shape[1] = length;
    }
    return shape;
  }

  private void reserveFloats(int elements) {
    if (floats.capacity() < elements) {
      // The tensor is over the memory that is given up here.
      close();
      floats = direct(elements, Float.BYTES).asFloatBuffer();
    }
    floats.clear().limit(elements);
  }

  private void reserveLongs(int elements) {
    if (longs.capacity() < elements) {
      close();
      longs = direct(elements, Long.BYTES).asLongBuffer();
    }
    longs.clear().limit(elements);
  }

  private static ByteBuffer direct(int elements, int size) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(elements, size))
        .order(ByteOrder.nativeOrder());
  }
}
