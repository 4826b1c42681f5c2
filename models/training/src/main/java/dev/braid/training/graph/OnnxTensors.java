package dev.braid.training.graph;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The constants of an ONNX graph, from arrays and back; no dimensions make a scalar. */
public final class OnnxTensors {
  private OnnxTensors() {}

  /** A tensor of 32-bit floats. */
  public static TensorProto floats(String name, float[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return raw(name, TensorProto.DataType.FLOAT_VALUE, bytes.array(), shape);
  }

  /** A tensor of 64-bit integers. */
  public static TensorProto longs(String name, long[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return raw(name, TensorProto.DataType.INT64_VALUE, bytes.array(), shape);
  }

  /** A tensor of 32-bit integers. */
  public static TensorProto integers(String name, int[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    return raw(name, TensorProto.DataType.INT32_VALUE, bytes.array(), shape);
  }

  /** A tensor of signed bytes. */
  public static TensorProto signedBytes(String name, byte[] values, long... shape) {
    return raw(name, TensorProto.DataType.INT8_VALUE, values, shape);
  }

  /** A tensor of unsigned bytes. */
  public static TensorProto unsignedBytes(String name, byte[] values, long... shape) {
    return raw(name, TensorProto.DataType.UINT8_VALUE, values, shape);
  }

  /** A tensor of 16-bit floats, rounded to nearest; what is out of their range is the largest. */
  public static TensorProto halves(String name, float[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putShort(Halves.bits(value));
    }
    return raw(name, TensorProto.DataType.FLOAT16_VALUE, bytes.array(), shape);
  }

  /**
   * The elements of a tensor of 32-bit floats, row-major.
   *
   * @throws IllegalArgumentException if it is of another type
   */
  public static float[] floats(TensorProto tensor) {
    if (!isFloats(tensor)) {
      throw new IllegalArgumentException(
          "'%s' must hold 32-bit floats, but holds: type %d"
              .formatted(tensor.getName(), tensor.getDataType()));
    }
    if (tensor.getFloatDataCount() > 0) {
      float[] values = new float[tensor.getFloatDataCount()];
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.getFloatData(i);
      }
      return values;
    }
    ByteBuffer bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / 4];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  /** Whether a tensor holds 32-bit floats. */
  public static boolean isFloats(TensorProto tensor) {
    return tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE;
  }

  /** The shape of a tensor. */
  public static long[] shape(TensorProto tensor) {
    return tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
  }

  private static TensorProto raw(String name, int type, byte[] bytes, long... shape) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type)
            .setRawData(ByteString.copyFrom(bytes));
    for (long size : shape) {
      tensor.addDims(size);
    }
    return tensor.build();
  }
}
