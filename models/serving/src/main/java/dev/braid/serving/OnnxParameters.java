package dev.braid.serving;

import java.nio.ByteBuffer;

/**
 * The count and size of the initializers in an ONNX file, read off its protocol buffers without
 * decoding the rest (onnx.proto: ModelProto.graph 7, GraphProto.initializer 5, TensorProto.dims 1
 * and data_type 2).
 */
final class OnnxParameters {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private long count;
  private long bytes;

  private OnnxParameters() {}

  /**
   * Reads a model that ONNX Runtime has accepted.
   *
   * @throws IllegalArgumentException if the bytes are no protocol buffer
   */
  static OnnxParameters of(byte[] onnx) {
    OnnxParameters parameters = new OnnxParameters();
    try {
      eachMessage(
          ByteBuffer.wrap(onnx), 7, graph -> eachMessage(graph, 5, parameters::addInitializer));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("not an ONNX file: " + e, e);
    }
    return parameters;
  }

  /** Elements in all initializers. */
  long count() {
    return count;
  }

  /** Bytes of all initializers. */
  long bytes() {
    return bytes;
  }

  private interface MessageReader {
    void read(ByteBuffer message);
  }

  private static void eachMessage(ByteBuffer in, int field, MessageReader reader) {
    while (in.hasRemaining()) {
      long tag = varint(in);
      if (tag == ((long) field << 3 | LENGTH)) {
        reader.read(message(in));
      } else {
        skip(in, tag);
      }
    }
  }

  private void addInitializer(ByteBuffer tensor) {
    long elements = 1;
    int type = 0;
    while (tensor.hasRemaining()) {
      long tag = varint(tensor);
      if (tag == (1 << 3 | VARINT)) {
        elements *= varint(tensor);
      } else if (tag == (1 << 3 | LENGTH)) {
        for (ByteBuffer dims = message(tensor); dims.hasRemaining(); ) {
          elements *= varint(dims);
        }
      } else if (tag == (2 << 3 | VARINT)) {
        type = (int) varint(tensor);
      } else {
        skip(tensor, tag);
      }
    }
    count += elements;
    bytes += elements * width(type);
  }

  private static int width(int type) {
    return switch (type) {
      case 2, 3, 9 -> 1; // uint8, int8, bool
      case 4, 5, 10, 16 -> 2; // uint16, int16, float16, bfloat16
      case 7, 11, 13 -> 8; // int64, double, uint64
      default -> 4;
    };
  }

  private static ByteBuffer message(ByteBuffer in) {
    int length = Math.toIntExact(varint(in));
    ByteBuffer message = in.slice(in.position(), length);
    in.position(in.position() + length);
    return message;
  }

  private static void skip(ByteBuffer in, long tag) {
    switch ((int) (tag & 7)) {
      case VARINT -> varint(in);
      case FIXED64 -> in.position(in.position() + 8);
      case LENGTH -> message(in);
      case FIXED32 -> in.position(in.position() + 4);
      default -> throw new IllegalArgumentException("wire type " + (tag & 7));
    }
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a varint of more than 10 bytes");
  }
}
