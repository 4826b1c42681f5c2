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

/**
 * The memory of one input or output for one call at a time: a direct buffer that is reused from
 * batch to batch and grows when a batch needs more. Not safe for several threads.
 */
final class Lane {
  private static final float[] ZERO_FLOATS = new float[1024];
  private static final long[] ZERO_LONGS = new long[1024];

  private final TensorSpec spec;
  private FloatBuffer floats = FloatBuffer.allocate(0);
  private LongBuffer longs = LongBuffer.allocate(0);

  Lane(TensorSpec spec) {
    this.spec = spec;
  }

  /**
   * A tensor over this memory that holds column {@code column} of the rows, each padded with zeros
   * to the longest. The caller closes it before it uses this lane again.
   */
  OnnxTensor fill(OrtEnvironment environment, List<TensorRow> rows, int column)
      throws OrtException {
    int longest = 0;
    for (TensorRow row : rows) {
      longest = Math.max(longest, row.length(column));
    }
    long[] shape = shape(rows.size(), longest / spec.stride());
    if (spec.type() == TensorSpec.Type.FLOAT) {
      reserveFloats(Math.multiplyExact(rows.size(), longest));
      for (TensorRow row : rows) {
        floats.put(row.floats(column));
        for (int left = longest - row.length(column); left > 0; left -= ZERO_FLOATS.length) {
          floats.put(ZERO_FLOATS, 0, Math.min(left, ZERO_FLOATS.length));
        }
      }
      return OnnxTensor.createTensor(environment, floats.flip(), shape);
    }
    reserveLongs(Math.multiplyExact(rows.size(), longest));
    for (TensorRow row : rows) {
      longs.put(row.longs(column));
      for (int left = longest - row.length(column); left > 0; left -= ZERO_LONGS.length) {
        longs.put(ZERO_LONGS, 0, Math.min(left, ZERO_LONGS.length));
      }
    }
    return OnnxTensor.createTensor(environment, longs.flip(), shape);
  }

  /** A tensor over this memory that takes an output of {@code rows} rows. */
  OnnxTensor take(OrtEnvironment environment, int rows) throws OrtException {
    reserveFloats(rows * spec.stride());
    return OnnxTensor.createTensor(environment, floats, shape(rows, 0));
  }

  /** The elements of one row of the output that was taken last. */
  float[] row(int index) {
    float[] row = new float[spec.stride()];
    floats.get(index * row.length, row);
    return row;
  }

  private long[] shape(int rows, int length) {
    long[] shape = new long[spec.shape().size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = spec.shape().get(i);
    }
    shape[0] = rows;
    if (spec.isVariable()) {
      shape[1] = length;
    }
    return shape;
  }

  private void reserveFloats(int elements) {
    if (floats.capacity() < elements) {
      floats = direct(elements, Float.BYTES).asFloatBuffer();
    }
    floats.clear().limit(elements);
  }

  private void reserveLongs(int elements) {
    if (longs.capacity() < elements) {
      longs = direct(elements, Long.BYTES).asLongBuffer();
    }
    longs.clear().limit(elements);
  }

  private static ByteBuffer direct(int elements, int size) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(elements, size))
        .order(ByteOrder.nativeOrder());
  }
}
