package dev.braid.training.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;

/** The attributes of ONNX nodes. */
public final class Attributes {
  private Attributes() {}

  /** One integer. */
  public static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  /** Several integers. */
  public static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  /** Of a cast: to 32-bit floats. */
  public static AttributeProto toFloats() {
    return integer("to", TensorProto.DataType.FLOAT_VALUE);
  }

  /** Of a cast: to 16-bit floats. */
  public static AttributeProto toHalves() {
    return integer("to", TensorProto.DataType.FLOAT16_VALUE);
  }

  /** One number. */
  static AttributeProto real(String name, double value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF((float) value)
        .build();
  }
}
