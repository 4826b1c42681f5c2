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
import dev.braid.tensor.TensorSpec;
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

  /** Ends the name of a linear layer's matrix, which ONNX wants as [inputs, outputs]. */
  static final String TRANSPOSED = ".transposed";

  /** Ends the name of a GRU's weights with the gates in the order of ONNX. */
  static final String GATES = ".gates";

  /** Ends the name of a GRU's biases of input and state. */
  static final String BIASES = ".biases.gates";

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
      graph.addInitializer(OnnxTensors.floats(name, Tensors.floats(tensor), tensor.shape()));
    }
    return name;
  }

  @Override
  public String constant(float[] values, long... shape) {
    String name = fresh("constant");
    graph.addInitializer(OnnxTensors.floats(name, values, shape));
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
    return node("Softmax", List.of(x), Attributes.integer("axis", axis));
  }

  @Override
  public String concat(int axis, List<String> parts) {
    return node("Concat", parts, Attributes.integer("axis", axis));
  }

  @Override
  public String reshape(String x, long... shape) {
    return node("Reshape", List.of(x, longs(shape)));
  }

  @Override
  public String transpose(String x, int... order) {
    return node(
        "Transpose",
        List.of(x),
        Attributes.integers("perm", Arrays.stream(order).asLongStream().toArray()));
  }

  @Override
  public String sum(String x, int axis, boolean keep) {
    return node("ReduceSum", List.of(x, longs(axis)), Attributes.integer("keepdims", keep ? 1 : 0));
  }

  @Override
  public String mean(String x, int axis, boolean keep) {
    return node("ReduceMean", List.of(x), Attributes.integers("axes", axis), keepDims(keep));
  }

  @Override
  public String max(String x, int axis, boolean keep) {
    return node("ReduceMax", List.of(x), Attributes.integers("axes", axis), keepDims(keep));
  }

  @Override
  public String slice(String x, int axis, long from, long to) {
    return node("Slice", List.of(x, longs(from), longs(to), longs(axis)));
  }

  @Override
  public String gather(String table, String ids) {
    return node("Gather", List.of(table, ids), Attributes.integer("axis", 0));
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
        Attributes.integers("kernel_shape", Arrays.copyOfRange(kernel, 2, kernel.length)),
        Attributes.integers("strides", strides),
        Attributes.integers("pads", pads));
  }

  @Override
  public String maxPool(String x, int size) {
    return node(
        "MaxPool",
        List.of(x),
        Attributes.integers("kernel_shape", size, size),
        Attributes.integers("strides", size, size));
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
        Attributes.real("epsilon", TorchOps.EPSILON));
  }

  @Override
  public String layerNorm(String x, String name) {
    return node(
        "LayerNormalization",
        List.of(x, parameter(name + ".weight"), parameter(name + ".bias")),
        Attributes.integer("axis", -1),
        Attributes.real("epsilon", TorchOps.EPSILON));
  }

  @Override
  public String linear(String x, String name) {
    Tensor weight = parameters.get(name + ".weight");
    String transposed = name + ".weight" + TRANSPOSED;
    int outputs = (int) weight.size(0);
    int inputs = (int) weight.size(1);
    named(transposed, transpose(Tensors.floats(weight), inputs), inputs, outputs);
    return add(matmul(x, transposed), parameter(name + ".bias"));
  }

  @Override
  public String gru(String x, String name) {
    int hidden = (int) parameters.get(name + ".state.weight").size(1);
    int inputs = (int) parameters.get(name + ".input.weight").size(1);
    String weights = gates(name + ".input.weight", 1, 3L * hidden, inputs);
    String states = gates(name + ".state.weight", 1, 3L * hidden, hidden);
    float[] inputBias = gates(name + ".input.bias");
    float[] biases = Arrays.copyOf(inputBias, 6 * hidden);
    System.arraycopy(gates(name + ".state.bias"), 0, biases, 3 * hidden, 3 * hidden);
    String bias = named(name + BIASES, biases, 1, 6L * hidden);
    String all =
        node(
            "GRU",
            List.of(transpose(x, 1, 0, 2), weights, states, bias),
            Attributes.integer("hidden_size", hidden),
            Attributes.integer("linear_before_reset", 1));
    // [L, directions, N, H]
    return transpose(node("Squeeze", List.of(all, longs(1))), 1, 0, 2);
  }

  @Override
  public String powerSpectrum(String x, int size, int hop) {
    // A convolution with cosines and sines: several times as fast as the runtime's STFT. The kernel
    // is computed from constants, which the runtime does once, when it loads the graph.
    String samples = count(size);
    String bins = node("Unsqueeze", List.of(count(size / 2 + 1L), longs(1)));
    String turns = node("Mod", List.of(multiply(bins, samples), scalar(size)));
    String angles =
        multiply(
            node("Cast", List.of(turns), Attributes.toFloats()),
            constant(new float[] {(float) (2 * Math.PI / size)}, 1));
    String waves = concat(0, List.of(node("Cos", List.of(angles)), node("Sin", List.of(angles))));
    String kernel =
        node("Unsqueeze", List.of(multiply(waves, constant(TorchOps.hann(size), size)), longs(1)));
    String spectrum =
        node(
            "Conv",
            List.of(node("Unsqueeze", List.of(x, longs(1))), kernel),
            Attributes.integers("kernel_shape", size),
            Attributes.integers("strides", hop));
    String squares = multiply(spectrum, spectrum);
    long half = size / 2 + 1L;
    return transpose(add(slice(squares, 1, 0, half), slice(squares, 1, half, 2 * half)), 0, 2, 1);
  }

  /** The integers from 0 up to {@code end}. */
  private String count(long end) {
    return node("Range", List.of(scalar(0), scalar(end), scalar(1)));
  }

  @Override
  public String dropout(String x, double p) {
    return x;
  }

  /** The transpose of a matrix with rows of that width. */
  static float[] transpose(float[] matrix, int width) {
    int height = matrix.length / width;
    float[] transposed = new float[matrix.length];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        transposed[column * height + row] = matrix[row * width + column];
      }
    }
    return transposed;
  }

  private String gates(String name, long... shape) {
    return named(name + GATES, gates(name), shape);
  }

  private float[] gates(String name) {
    return swapGates(Tensors.floats(parameters.get(name)));
  }

  /**
   * Torch's gates reset, update, new in the order of ONNX: update, reset, new; done twice, they
   * stand as before.
   */
  static float[] swapGates(float[] gates) {
    int gate = gates.length / 3;
    float[] swapped = gates.clone();
    System.arraycopy(gates, gate, swapped, 0, gate);
    System.arraycopy(gates, 0, swapped, gate, gate);
    return swapped;
  }

  private String named(String name, float[] values, long... shape) {
    if (initializers.add(name)) {
      graph.addInitializer(OnnxTensors.floats(name, values, shape));
    }
    return name;
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
    graph.addInitializer(OnnxTensors.longs(name, values, values.length));
    return name;
  }

  private String scalar(long value) {
    String name = fresh("integer");
    graph.addInitializer(OnnxTensors.longs(name, new long[] {value}));
    return name;
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
    return Attributes.integer("keepdims", keep ? 1 : 0);
  }
}
