package dev.braid.training.graph;

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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * Writes a forward pass down as an ONNX graph (IR 8, opset 17), with the weights of now. A tensor
 * is the name of a value in the graph. Not safe for several threads.
 */
public final class OnnxOps implements Ops<String> {
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;

  private final Parameters parameters;
  private final GraphProto.Builder graph;
  private final Set<String> initializers = new HashSet<>();
  private int values;

  /** A graph called {@code name} over {@code parameters}. */
  public OnnxOps(String name, Parameters parameters) {
    this.parameters = parameters;
    this.graph = GraphProto.newBuilder().setName(name);
  }

  /** Declares an input and returns it. */
  public String input(TensorSpec spec) {
    graph.addInput(value(spec));
    return spec.name();
  }

  /** Declares {@code value} as an output of that name and shape. */
  public void output(TensorSpec spec, String value) {
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Identity")
            .setName("output." + spec.name())
            .addInput(value)
            .addOutput(spec.name()));
    graph.addOutput(value(spec));
  }

  /** The model as a file's bytes. */
  public byte[] toByteArray() {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("braid")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  @Override
  public String parameter(String name) {
    if (initializers.add(name)) {
      Tensor tensor = parameters.get(name);
      graph.addInitializer(floats(name, Tensors.floats(tensor), tensor.shape()));
    }
    return name;
  }

  @Override
  public String constant(float[] values, long... shape) {
    String name = fresh("constant");
    graph.addInitializer(floats(name, values, shape));
    return name;
  }

  @Override
  public String add(String a, String b) {
    return node("Add", List.of(a, b));
  }

  @Override
  public String subtract(String a, String b) {
    return node("Sub", List.of(a, b));
  }

  @Override
  public String multiply(String a, String b) {
    return node("Mul", List.of(a, b));
  }

  @Override
  public String divide(String a, String b) {
    return node("Div", List.of(a, b));
  }

  @Override
  public String matmul(String a, String b) {
    return node("MatMul", List.of(a, b));
  }

  @Override
  public String relu(String x) {
    return node("Relu", List.of(x));
  }

  @Override
  public String tanh(String x) {
    return node("Tanh", List.of(x));
  }

  @Override
  public String sigmoid(String x) {
    return node("Sigmoid", List.of(x));
  }

  @Override
  public String log(String x) {
    return node("Log", List.of(x));
  }

  @Override
  public String softmax(String x, int axis) {
    return node("Softmax", List.of(x), integer("axis", axis));
  }

  @Override
  public String concat(int axis, List<String> parts) {
    return node("Concat", parts, integer("axis", axis));
  }

  @Override
  public String reshape(String x, long... shape) {
    return node("Reshape", List.of(x, longs(shape)));
  }

  @Override
  public String transpose(String x, int... order) {
    return node(
        "Transpose", List.of(x), integers("perm", Arrays.stream(order).asLongStream().toArray()));
  }

  @Override
  public String sum(String x, int axis, boolean keep) {
    return node("ReduceSum", List.of(x, longs(axis)), integer("keepdims", keep ? 1 : 0));
  }

  @Override
  public String mean(String x, int axis, boolean keep) {
    return node("ReduceMean", List.of(x), integers("axes", axis), keepDims(keep));
  }

  @Override
  public String max(String x, int axis, boolean keep) {
    return node("ReduceMax", List.of(x), integers("axes", axis), keepDims(keep));
  }

  @Override
  public String slice(String x, int axis, long from, long to) {
    return node("Slice", List.of(x, longs(from), longs(to), longs(axis)));
  }

  @Override
  public String gather(String table, String ids) {
    return node("Gather", List.of(table, ids), integer("axis", 0));
  }

  @Override
  public String convolution(String x, String name, int stride, int padding) {
    long[] kernel = parameters.get(name + ".weight").shape();
    long[] strides = new long[kernel.length - 2];
    long[] pads = new long[2 * strides.length];
    Arrays.fill(strides, stride);
    Arrays.fill(pads, padding);
    return node(
        "Conv",
        List.of(x, parameter(name + ".weight"), parameter(name + ".bias")),
        integers("kernel_shape", Arrays.copyOfRange(kernel, 2, kernel.length)),
        integers("strides", strides),
        integers("pads", pads));
  }

  @Override
  public String maxPool(String x, int size) {
    return node(
        "MaxPool",
        List.of(x),
        integers("kernel_shape", size, size),
        integers("strides", size, size));
  }

  @Override
  public String batchNorm(String x, String name) {
    return node(
        "BatchNormalization",
        List.of(
            x,
            parameter(name + ".weight"),
            parameter(name + ".bias"),
            parameter(name + ".mean"),
            parameter(name + ".variance")),
        real("epsilon", TorchOps.EPSILON));
  }

  @Override
  public String layerNorm(String x, String name) {
    return node(
        "LayerNormalization",
        List.of(x, parameter(name + ".weight"), parameter(name + ".bias")),
        integer("axis", -1),
        real("epsilon", TorchOps.EPSILON));
  }

  @Override
  public String linear(String x, String name) {
    Tensor weight = parameters.get(name + ".weight");
    String transposed = name + ".weight.transposed";
    if (initializers.add(transposed)) {
      int outputs = (int) weight.size(0);
      int inputs = (int) weight.size(1);
      float[] rows = Tensors.floats(weight);
      float[] columns = new float[rows.length];
      for (int o = 0; o < outputs; o++) {
        for (int i = 0; i < inputs; i++) {
          columns[i * outputs + o] = rows[o * inputs + i];
        }
      }
      graph.addInitializer(floats(transposed, columns, inputs, outputs));
    }
    return add(matmul(x, transposed), parameter(name + ".bias"));
  }

  @Override
  public String gru(String x, String name) {
    int hidden = (int) parameters.get(name + ".state.weight").size(1);
    int inputs = (int) parameters.get(name + ".input.weight").size(1);
    String weights = constant(gates(name + ".input.weight", hidden), 1, 3L * hidden, inputs);
    String states = constant(gates(name + ".state.weight", hidden), 1, 3L * hidden, hidden);
    float[] inputBias = gates(name + ".input.bias", hidden);
    float[] biases = Arrays.copyOf(inputBias, 6 * hidden);
    System.arraycopy(gates(name + ".state.bias", hidden), 0, biases, 3 * hidden, 3 * hidden);
    String all =
        node(
            "GRU",
            List.of(transpose(x, 1, 0, 2), weights, states, constant(biases, 1, 6L * hidden)),
            integer("hidden_size", hidden),
            integer("linear_before_reset", 1));
    // [L, directions, N, H]
    return transpose(node("Squeeze", List.of(all, longs(1))), 1, 0, 2);
  }

  @Override
  public String powerSpectrum(String x, int size, int hop) {
    String signal = node("Unsqueeze", List.of(x, longs(2)));
    String spectrum =
        node(
            "STFT",
            List.of(signal, scalar(hop), constant(TorchOps.hann(size), size), scalar(size)),
            integer("onesided", 1));
    return sum(multiply(spectrum, spectrum), 3, false);
  }

  @Override
  public String dropout(String x, double p) {
    return x;
  }

  /** Torch's gates reset, update, new in the order of ONNX: update, reset, new. */
  private float[] gates(String name, int hidden) {
    float[] torch = Tensors.floats(parameters.get(name));
    int gate = torch.length / 3;
    float[] onnx = torch.clone();
    System.arraycopy(torch, gate, onnx, 0, gate);
    System.arraycopy(torch, 0, onnx, gate, gate);
    if (gate % hidden != 0) {
      throw new IllegalArgumentException(name + " does not hold three gates of " + hidden);
    }
    return onnx;
  }

  private String node(String type, List<String> inputs, AttributeProto... attributes) {
    String name = fresh(type);
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(type)
            .setName(name)
            .addAllInput(inputs)
            .addOutput(name)
            .addAllAttribute(List.of(attributes)));
    return name;
  }

  private String fresh(String what) {
    return what + "_" + values++;
  }

  private String longs(long... values) {
    String name = fresh("integers");
    graph.addInitializer(integers64(name, values).addDims(values.length));
    return name;
  }

  private String scalar(long value) {
    String name = fresh("integer");
    graph.addInitializer(integers64(name, value));
    return name;
  }

  private static TensorProto.Builder integers64(String name, long... values) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.INT64_VALUE)
        .setRawData(ByteString.copyFrom(bytes.array()));
  }

  private static TensorProto floats(String name, float[] values, long... shape) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT_VALUE)
            .setRawData(ByteString.copyFrom(bytes.array()));
    for (long size : shape) {
      tensor.addDims(size);
    }
    return tensor.build();
  }

  private static ValueInfoProto value(TensorSpec spec) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int i = 0; i < spec.shape().size(); i++) {
      long size = spec.shape().get(i);
      TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
      if (size == TensorSpec.ANY) {
        dimension.setDimParam(i == 0 ? "batch" : spec.name() + ".length");
      } else {
        dimension.setDimValue(size);
      }
      shape.addDim(dimension);
    }
    return ValueInfoProto.newBuilder()
        .setName(spec.name())
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(
                            spec.type() == TensorSpec.Type.FLOAT
                                ? TensorProto.DataType.FLOAT_VALUE
                                : TensorProto.DataType.INT64_VALUE)
                        .setShape(shape)))
        .build();
  }

  private static AttributeProto keepDims(boolean keep) {
    return integer("keepdims", keep ? 1 : 0);
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

  private static AttributeProto real(String name, double value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF((float) value)
        .build();
  }
}
