package dev.braid.bench;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.braid.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Puts together a net of random weights, in floats or in bytes the way the product compresses: U8
 * activations, S8 weights with a scale for each output channel. Opset 17, IR 8. Not safe for
 * several threads.
 */
final class NetGraph {
  /** Inputs and sums are taken to lie within it; what lies outside is cut, as calibration would. */
  private static final float SIGNED_RANGE = 8f;

  private static final float RECTIFIED_RANGE = 8f;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("net");
  private final Random random;
  private final boolean bytes;
  private final Map<String, Float> scales = new HashMap<>();
  private int names;
  private long multiplications;

  NetGraph(long seed, boolean bytes) {
    this.random = new Random(seed);
    this.bytes = bytes;
  }

  /** Multiplications that one row takes, in convolutions and dense layers. */
  long multiplications() {
    return multiplications;
  }

  String input(TensorSpec spec) {
    graph.addInput(value(spec));
    return spec.name();
  }

  void output(TensorSpec spec, String value) {
    graph.addNode(
        NodeProto.newBuilder().setOpType("Identity").addInput(value).addOutput(spec.name()));
    graph.addOutput(value(spec));
  }

  byte[] toByteArray() {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("braid-bench")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  /** {@code x} as it is in bytes, if this net is: of either sign. */
  String signed(String x) {
    return bytes ? rounded(x, 2 * SIGNED_RANGE / 255, 128) : x;
  }

  /** The positive part, in bytes if this net is. */
  String rectified(String x) {
    String positive = node("Relu", List.of(x));
    return bytes ? rounded(positive, RECTIFIED_RANGE / 255, 0) : positive;
  }

  /**
   * A convolution with bias whose padding keeps the size at stride 1.
   *
   * @param cells of the output, which cost so many times the kernel
   */
  String convolution(String x, int inputs, int outputs, int[] kernel, int stride, int cells) {
    int taps = Arrays.stream(kernel).reduce(1, (a, b) -> a * b);
    multiplications += (long) cells * inputs * outputs * taps;
    long[] shape = new long[kernel.length + 2];
    long[] size = new long[kernel.length];
    long[] strides = new long[kernel.length];
    long[] pads = new long[2 * kernel.length];
    shape[0] = outputs;
    shape[1] = inputs;
    for (int i = 0; i < kernel.length; i++) {
      shape[i + 2] = kernel[i];
      size[i] = kernel[i];
      strides[i] = stride;
      pads[i] = kernel[i] / 2;
      pads[i + kernel.length] = kernel[i] / 2;
    }
    return node(
        "Conv",
        List.of(x, weights(inputs * taps, outputs, 0, shape), bias(x, inputs * taps, outputs)),
        integers("kernel_shape", size),
        integers("strides", strides),
        integers("pads", pads));
  }

  /** A dense layer with bias over {@code [batch, inputs]}. */
  String dense(String x, int inputs, int outputs) {
    multiplications += (long) inputs * outputs;
    String product =
        node("MatMul", List.of(x, weights(inputs, outputs, 1, new long[] {inputs, outputs})));
    return node("Add", List.of(product, bias(outputs)));
  }

  String add(String a, String b) {
    return node("Add", List.of(a, b));
  }

  String multiply(String a, String b) {
    return node("Mul", List.of(a, b));
  }

  String sum(String x, int axis) {
    return node("ReduceSum", List.of(x, longs(axis)), integer("keepdims", 0));
  }

  String mean(String x, long... axes) {
    return node("ReduceMean", List.of(x), integers("axes", axes), integer("keepdims", 0));
  }

  String absolute(String x) {
    return node("Abs", List.of(x));
  }

  String softmax(String x) {
    return node("Softmax", List.of(x), integer("axis", 1));
  }

  String concat(List<String> parts) {
    return node("Concat", parts, integer("axis", 1));
  }

  String unsqueeze(String x, int axis) {
    return node("Unsqueeze", List.of(x, longs(axis)));
  }

  /** 0 keeps a dimension, -1 takes what is left. */
  String reshape(String x, long... shape) {
    return node("Reshape", List.of(x, longs(shape)));
  }

  String constant(float value) {
    return floats(new float[] {value}, 1);
  }

  private String rounded(String x, float scale, int zero) {
    String step = floats(new float[] {scale});
    String middle =
        initializer(TensorProto.DataType.UINT8, ByteBuffer.wrap(new byte[] {(byte) zero}));
    String rounded =
        node(
            "DequantizeLinear",
            List.of(node("QuantizeLinear", List.of(x, step, middle)), step, middle));
    scales.put(rounded, scale);
    return rounded;
  }

  /** Weights that keep the size of what they are multiplied with (He et al., 2015). */
  private String weights(int fan, int outputs, int axis, long[] shape) {
    float[] values = new float[fan * outputs];
    float deviation = deviation(fan);
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(-3, Math.min(3, (float) random.nextGaussian())) * deviation;
    }
    if (!bytes) {
      return floats(values, shape);
    }
    float scale = weightScale(fan);
    byte[] rounded = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = (byte) Math.round(values[i] / scale);
    }
    float[] scales = new float[outputs];
    Arrays.fill(scales, scale);
    return node(
        "DequantizeLinear",
        List.of(
            initializer(TensorProto.DataType.INT8, ByteBuffer.wrap(rounded), shape),
            floats(scales, outputs),
            initializer(TensorProto.DataType.INT8, ByteBuffer.allocate(outputs), outputs)),
        integer("axis", axis));
  }

  private static float deviation(int fan) {
    return (float) Math.sqrt(1.5 / fan);
  }

  private static float weightScale(int fan) {
    return 3 * deviation(fan) / 127;
  }

  /** A convolution of bytes adds up in 32 bits, its bias too. */
  private String bias(String x, int fan, int outputs) {
    Float input = scales.get(x);
    if (input == null) {
      return bias(outputs);
    }
    float scale = input * weightScale(fan);
    ByteBuffer raw = ByteBuffer.allocate(4 * outputs).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < outputs; i++) {
      raw.putInt(Math.round(0.1f * (float) random.nextGaussian() / scale));
    }
    float[] each = new float[outputs];
    Arrays.fill(each, scale);
    return node(
        "DequantizeLinear",
        List.of(
            initializer(TensorProto.DataType.INT32, raw, outputs),
            floats(each, outputs),
            initializer(TensorProto.DataType.INT32, ByteBuffer.allocate(4 * outputs), outputs)),
        integer("axis", 0));
  }

  private String bias(int outputs) {
    float[] values = new float[outputs];
    for (int i = 0; i < outputs; i++) {
      values[i] = 0.1f * (float) random.nextGaussian();
    }
    return floats(values, outputs);
  }

  private String floats(float[] values, long... shape) {
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return initializer(TensorProto.DataType.FLOAT, raw, shape);
  }

  private String longs(long... values) {
    ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(values);
    return initializer(TensorProto.DataType.INT64, raw, values.length);
  }

  private String initializer(TensorProto.DataType type, ByteBuffer raw, long... shape) {
    String name = "c" + names++;
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(raw.array()));
    for (long dimension : shape) {
      tensor.addDims(dimension);
    }
    graph.addInitializer(tensor);
    return name;
  }

  private String node(String operator, List<String> inputs, AttributeProto... attributes) {
    String output = "v" + names++;
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(operator)
            .setName(operator + names)
            .addAllInput(inputs)
            .addAllAttribute(List.of(attributes))
            .addOutput(output));
    return output;
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  private static ValueInfoProto value(TensorSpec spec) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int i = 0; i < spec.shape().size(); i++) {
      TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
      if (spec.shape().get(i) == TensorSpec.ANY) {
        dimension.setDimParam(i == 0 ? "batch" : spec.name() + ".length");
      } else {
        dimension.setDimValue(spec.shape().get(i));
      }
      shape.addDim(dimension);
    }
    return ValueInfoProto.newBuilder()
        .setName(spec.name())
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(shape)))
        .build();
  }
}
