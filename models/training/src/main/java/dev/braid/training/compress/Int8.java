package dev.braid.training.compress;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.braid.training.graph.Attributes;
import dev.braid.training.graph.OnnxTensors;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites a graph of floats for bytes (Jacob et al., 2018). Activations are unsigned and
 * asymmetric, weights signed and symmetric with one scale for each output channel: the pair that
 * ONNX Runtime multiplies fastest.
 *
 * <ul>
 *   <li>Convolutions stand between {@code QuantizeLinear} and {@code DequantizeLinear} with ranges
 *       from calibration; pooling and reshaping between them stays among bytes.
 *   <li>Large dense layers multiply bytes ({@code MatMulInteger}), with ranges from calibration or,
 *       if asked, of each batch.
 *   <li>A table that is gathered from has one scale for each row, gathered beside it.
 *   <li>Small dense layers, where bytes are no faster, and GRUs, which no runtime multiplies as
 *       bytes, are stored as bytes and computed with floats.
 *   <li>What a logarithm is taken of stays as it is: a spectrum spans more powers of ten than a
 *       byte has steps.
 * </ul>
 */
final class Int8 {

  /** Operations that only move numbers or choose among them. */
  private static final Set<String> MOVES =
      Set.of("MaxPool", "Reshape", "Transpose", "Squeeze", "Unsqueeze");

  private final ProtoGraph graph;
  private final Map<String, Range> ranges;
  private final boolean dynamic;
  private final Map<String, String> bytes = new HashMap<>();
  private final Map<String, String> floats = new HashMap<>();
  private final Set<String> stored = new HashSet<>();

  /** What convolutions give as bytes. */
  private final Set<String> convolved = new LinkedHashSet<>();

  private Int8(ProtoGraph graph, Map<String, Range> ranges, boolean dynamic) {
    this.graph = graph;
    this.ranges = ranges;
    this.dynamic = dynamic;
    Quantisable.convolutions(graph)
        .forEach(node -> convolved.add(Quantisable.activated(graph, node)));
  }

  /** The values whose ranges {@link #quantise} needs. */
  static Set<String> activations(ProtoGraph graph, boolean dynamic) {
    Int8 int8 = new Int8(graph, Map.of(), dynamic);
    Set<String> values = new LinkedHashSet<>(int8.convolved);
    Quantisable.convolutions(graph).forEach(node -> values.add(int8.source(node.getInput(0))));
    if (!dynamic) {
      Quantisable.dense(graph).forEach(node -> values.add(int8.source(node.getInput(0))));
    }
    return values;
  }

  /**
   * Rewrites.
   *
   * @param ranges of the {@link #activations}
   * @param dynamic whether dense layers take the range of each batch instead of a calibrated one
   */
  static void quantise(ProtoGraph graph, Map<String, Range> ranges, boolean dynamic) {
    new Int8(graph, ranges, dynamic).quantise();
  }

  private void quantise() {
    List<NodeProto> convolutions = Quantisable.convolutions(graph);
    List<NodeProto> dense = Quantisable.dense(graph);
    convolutions.forEach(this::convolution);
    dense.forEach(this::dense);
    Quantisable.tables(graph).forEach(this::table);
    store();
    // Nobody else may take an output as floats, or the runtime keeps its convolution in floats.
    convolved.forEach(this::widenOthers);
  }

  /**
   * Where a value becomes bytes: at the convolution that gives it, or else here. (A pooling of
   * bytes alone, without a convolution of bytes before it, is many times slower than one of
   * floats.)
   */
  private String source(String value) {
    String at = value;
    NodeProto producer = graph.producer(at);
    while (!convolved.contains(at) && producer != null && MOVES.contains(producer.getOpType())) {
      at = producer.getInput(0);
      producer = graph.producer(at);
    }
    return convolved.contains(at) ? at : value;
  }

  private void convolution(NodeProto node) {
    String input = node.getInput(0);
    float inputScale = range(source(input)).scale();
    TensorProto kernel = Objects.requireNonNull(graph.constant(node.getInput(1)));
    TensorProto shift = Objects.requireNonNull(graph.constant(node.getInput(2)));
    float[] bias = OnnxTensors.floats(shift);
    Symmetric rounded =
        Symmetric.rows(OnnxTensors.floats(kernel), bias.length).roomFor(bias, inputScale);
    String name = kernel.getName();
    String weight = rounded.store(graph, name, OnnxTensors.shape(kernel), 0);
    String wideBias = bias(shift.getName(), bias, inputScale, rounded.scales());
    graph.replace(
        node,
        node.toBuilder()
            .setInput(0, wide(input))
            .setInput(1, weight)
            .setInput(2, wideBias)
            .build());
  }

  private void dense(NodeProto node) {
    TensorProto matrix = Objects.requireNonNull(graph.constant(node.getInput(1)));
    String name = matrix.getName();
    Symmetric rounded = Symmetric.columns(OnnxTensors.floats(matrix), (int) matrix.getDims(1));
    float[] scales = rounded.scales().clone();
    String packed = name + ".int8";
    graph.put(OnnxTensors.signedBytes(packed, rounded.values(), OnnxTensors.shape(matrix)));
    String input = node.getInput(0);
    String output = node.getOutput(0);
    graph.remove(node);
    String scale;
    List<String> factors;
    if (dynamic) {
      String taken = input + ".byBatch";
      if (bytes.putIfAbsent(taken, taken) == null) {
        graph.add(
            NodeProto.newBuilder()
                .setOpType("DynamicQuantizeLinear")
                .setName(taken)
                .addInput(input)
                .addOutput(taken)
                .addOutput(taken + ".scale")
                .addOutput(taken + ".zero")
                .build());
      }
      String constant = graph.put(OnnxTensors.floats(name + ".scales", scales, scales.length));
      factors = List.of(taken, packed, taken + ".zero");
      scale = graph.add("Mul", output + ".scale", List.of(taken + ".scale", constant));
    } else {
      String source = source(input);
      for (int c = 0; c < scales.length; c++) {
        scales[c] *= range(source).scale();
      }
      factors = List.of(packed(input), packed, zero(source));
      scale = graph.put(OnnxTensors.floats(output + ".scale", scales, scales.length));
    }
    String sums = graph.add("MatMulInteger", output + ".sums", factors);
    String cast = graph.add("Cast", output + ".cast", List.of(sums), Attributes.toFloats());
    graph.add("Mul", output, List.of(cast, scale));
  }

  /** A bias in units of the products that it is added to. */
  private String bias(String name, float[] bias, float inputScale, float[] weightScales) {
    int[] integers = new int[bias.length];
    float[] scales = new float[bias.length];
    for (int c = 0; c < bias.length; c++) {
      scales[c] = inputScale * weightScales[c];
      integers[c] = Math.round(bias[c] / scales[c]);
    }
    return graph.add(
        "DequantizeLinear",
        name + Symmetric.WIDE,
        List.of(
            graph.put(OnnxTensors.integers(name + ".int32", integers, bias.length)),
            graph.put(OnnxTensors.floats(name + ".scales", scales, bias.length))),
        axis(0));
  }

  private void table(NodeProto node) {
    TensorProto table = Objects.requireNonNull(graph.constant(node.getInput(0)));
    String name = table.getName();
    int rows = (int) table.getDims(0);
    Symmetric rounded = Symmetric.rows(OnnxTensors.floats(table), rows);
    String packed = name + ".int8";
    graph.put(OnnxTensors.signedBytes(packed, rounded.values(), OnnxTensors.shape(table)));
    String scales = graph.put(OnnxTensors.floats(name + ".scales", rounded.scales(), rows, 1));
    String output = node.getOutput(0);
    String ids = node.getInput(1);
    List<NodeProto> consumers = graph.consumers(output);
    graph.remove(node);
    String gathered = graph.add("Gather", output + ".int8", List.of(packed, ids), axis(0));
    String scale = graph.add("Gather", output + ".scale", List.of(scales, ids), axis(0));
    NodeProto product = consumers.size() == 1 ? consumers.get(0) : null;
    if (product != null
        && product.getOpType().equals("MatMul")
        && product.getInput(1).equals(output)) {
      // The rows are about to be weighted: there are fewer weights to scale than rows' numbers.
      graph.add("Cast", output, List.of(gathered), Attributes.toFloats());
      String row =
          graph.add(
              "Transpose",
              output + ".scale.row",
              List.of(scale),
              Attributes.integers("perm", 0, 2, 1));
      String weighted = graph.add("Mul", output + ".weights", List.of(product.getInput(0), row));
      graph.replace(product, product.toBuilder().setInput(0, weighted).build());
    } else {
      String cast = graph.add("Cast", output + ".cast", List.of(gathered), Attributes.toFloats());
      graph.add("Mul", output, List.of(cast, scale));
    }
  }

  /** Stores the weights of what computes with floats as bytes. */
  private void store() {
    Set<String> precise = Quantisable.precise(graph);
    for (NodeProto node : graph.nodes()) {
      boolean isGru = node.getOpType().equals("GRU");
      boolean isDense = node.getOpType().equals("MatMul") && !precise.contains(node.getOutput(0));
      NodeProto.Builder rewired = node.toBuilder();
      for (int i = 1; i <= (isGru ? 2 : isDense ? 1 : 0); i++) {
        String name = node.getInput(i);
        if (Quantisable.isStored(graph, name)) {
          rewired.setInput(i, stored(name, isGru));
        }
      }
      graph.replace(node, rewired.build());
    }
  }

  /** Bytes times scales: of constants, so the runtime computes it once, when it loads the graph. */
  private String stored(String name, boolean byRow) {
    String wide = name + ".stored";
    if (stored.add(name)) {
      TensorProto tensor = Objects.requireNonNull(graph.constant(name));
      float[] numbers = OnnxTensors.floats(tensor);
      // [directions, gates, inputs] has a scale for each gate, [inputs, outputs] for each output.
      int groups = (int) tensor.getDims(1);
      Symmetric rounded =
          byRow ? Symmetric.rows(numbers, groups) : Symmetric.columns(numbers, groups);
      String packed = name + ".int8";
      graph.put(OnnxTensors.signedBytes(packed, rounded.values(), OnnxTensors.shape(tensor)));
      long[] shape = byRow ? new long[] {1, groups, 1} : new long[] {groups};
      String scales = graph.put(OnnxTensors.floats(name + ".scales", rounded.scales(), shape));
      String cast = graph.add("Cast", name + ".cast", List.of(packed), Attributes.toFloats());
      graph.add("Mul", wide, List.of(cast, scales));
    }
    return wide;
  }

  /** Lets all that still take {@code value} as floats take what its bytes stand for. */
  private void widenOthers(String value) {
    for (NodeProto node : graph.consumers(value)) {
      if (node.getOutput(0).equals(bytes.get(value))) {
        continue;
      }
      if (MOVES.contains(node.getOpType())) {
        String moved = node.getOutput(0);
        String wide = wide(moved);
        for (NodeProto consumer : graph.consumers(moved)) {
          graph.rewire(consumer, moved, wide);
        }
      } else {
        graph.rewire(node, value, wide(value));
      }
    }
  }

  /** The floats that the bytes of a value stand for. */
  private String wide(String value) {
    String known = floats.get(value);
    if (known != null) {
      return known;
    }
    String packed = packed(value);
    String source = source(value);
    String wide =
        graph.add(
            "DequantizeLinear", value + ".wide", List.of(packed, scale(source), zero(source)));
    floats.put(value, wide);
    return wide;
  }

  /** A value as bytes. */
  private String packed(String value) {
    String known = bytes.get(value);
    if (known != null) {
      return known;
    }
    NodeProto producer = graph.producer(value);
    String name = value + ".uint8";
    if (producer != null && !source(value).equals(value)) {
      String input = packed(producer.getInput(0));
      graph.add(producer.toBuilder().setInput(0, input).setOutput(0, name).setName(name).build());
    } else {
      graph.add("QuantizeLinear", name, List.of(held(value, producer), scale(value), zero(value)));
    }
    bytes.put(value, name);
    return name;
  }

  /**
   * A value that the runtime quantises where it is. Behind a pooling of floats it would do that
   * before the pooling instead, and pool bytes in the slow way; a minimum that changes no byte
   * keeps it from that.
   */
  private String held(String value, @Nullable NodeProto producer) {
    if (producer == null || !MOVES.contains(producer.getOpType())) {
      return value;
    }
    Range range = range(value);
    int zero = Byte.toUnsignedInt(range.zeroPoint());
    float top = (255 - zero - 0.25f) * range.scale();
    return graph.add(
        "Min",
        value + ".held",
        List.of(value, graph.put(OnnxTensors.floats(value + ".top", new float[] {top}))));
  }

  private String scale(String value) {
    return graph.put(
        OnnxTensors.floats(value + ".range.scale", new float[] {range(value).scale()}));
  }

  private String zero(String value) {
    return graph.put(
        OnnxTensors.unsignedBytes(value + ".range.zero", new byte[] {range(value).zeroPoint()}));
  }

  private Range range(String value) {
    Range range = ranges.get(value);
    if (range == null) {
      throw new IllegalArgumentException("no range of '" + value + "'");
    }
    return range;
  }

  private static AttributeProto axis(int axis) {
    return Attributes.integer("axis", axis);
  }
}
