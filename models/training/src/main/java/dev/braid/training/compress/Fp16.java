package dev.braid.training.compress;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.braid.training.graph.Attributes;
import dev.braid.training.graph.OnnxTensors;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Rewrites a graph of 32-bit floats for 16-bit ones, with casts at its borders, or only stores its
 * constants in 16 bits. What a logarithm is taken of stays as it is: the floor of a spectrum lies
 * below the normal numbers of 16 bits.
 */
final class Fp16 {
  /** Constants with fewer numbers stay as they are where only storage counts. */
  private static final int FEWEST_STORED = 256;

  private static final Set<String> TAKE_SCALES = Set.of("QuantizeLinear", "DequantizeLinear");

  private final ProtoGraph graph;
  private final Set<String> precise;
  private final Set<String> given;
  private final Set<String> cast = new HashSet<>();

  private Fp16(ProtoGraph graph) {
    this.graph = graph;
    this.precise = Quantisable.precise(graph);
    this.given = graph.floatInputs();
  }

  /** Lets a graph compute with 16 bits; inputs and outputs keep their 32. */
  static void compute(ProtoGraph graph) {
    new Fp16(graph).compute();
  }

  /** Stores the constants in 16 bits, which the runtime widens when it loads the graph. */
  static void store(ProtoGraph graph) {
    Set<String> precise = Quantisable.precise(graph);
    graph
        .constants()
        .forEach(
            (name, constant) -> {
              List<NodeProto> consumers = graph.consumers(name);
              long numbers = constant.getDimsList().stream().reduce(1L, (a, b) -> a * b);
              if (OnnxTensors.isFloats(constant)
                  && numbers >= FEWEST_STORED
                  && !precise.contains(name)
                  && consumers.stream().noneMatch(n -> TAKE_SCALES.contains(n.getOpType()))) {
                String wide =
                    graph.add(
                        "Cast",
                        name + ".wide",
                        List.of(halves(graph, constant)),
                        Attributes.toFloats());
                consumers.forEach(node -> graph.rewire(node, name, wide));
              }
            });
  }

  private void compute() {
    Set<String> outputs = graph.outputs();
    for (NodeProto node : graph.nodes()) {
      if (precise.contains(node.getOutput(0))) {
        continue;
      }
      NodeProto.Builder half = node.toBuilder();
      for (int i = 0; i < node.getInputCount(); i++) {
        half.setInput(i, half(node.getInput(i)));
      }
      for (int i = 0; i < node.getOutputCount(); i++) {
        String output = node.getOutput(i);
        if (outputs.contains(output)) {
          half.setOutput(i, output + ".half");
          graph.add("Cast", output, List.of(output + ".half"), Attributes.toFloats());
        }
      }
      graph.replace(node, half.build());
    }
  }

  /** A value in 16 bits; one that is no float stays. */
  private String half(String value) {
    TensorProto constant = graph.constant(value);
    if (constant != null) {
      return OnnxTensors.isFloats(constant) ? halves(graph, constant) : value;
    }
    if (!given.contains(value) && !precise.contains(value)) {
      return value;
    }
    String half = value + ".half";
    if (cast.add(value)) {
      graph.add("Cast", half, List.of(value), Attributes.toHalves());
    }
    return half;
  }

  private static String halves(ProtoGraph graph, TensorProto constant) {
    return graph.put(
        OnnxTensors.halves(
            constant.getName() + ".half",
            OnnxTensors.floats(constant),
            OnnxTensors.shape(constant)));
  }
}
