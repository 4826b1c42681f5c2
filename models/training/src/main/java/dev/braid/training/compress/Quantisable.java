package dev.braid.training.compress;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.braid.training.graph.OnnxTensors;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Which parts of a graph are worth computing with, or storing as, bytes. */
final class Quantisable {
  /** Constants with fewer numbers stay as they are. */
  private static final int FEWEST_STORED = 1024;

  /** Below it, a dense layer's activations cost more to quantise than the product saves. */
  private static final int FEWEST_DENSE = 1 << 15;

  /** Below it (as in the first layer over pixels), so does a convolution's. */
  private static final int FEWEST_PRODUCTS = 32;

  private Quantisable() {}

  /** The convolutions that are computed with bytes. */
  static List<NodeProto> convolutions(ProtoGraph graph) {
    Set<String> precise = precise(graph);
    return graph.nodes("Conv").stream()
        .filter(node -> isFloats(graph, node.getInput(1)))
        .filter(node -> products(graph, node) >= FEWEST_PRODUCTS)
        .filter(node -> !precise.contains(node.getOutput(0)))
        .toList();
  }

  /** Products that are summed up for one number. */
  private static long products(ProtoGraph graph, NodeProto convolution) {
    TensorProto kernel = Objects.requireNonNull(graph.constant(convolution.getInput(1)));
    return elements(graph, kernel.getName()) / kernel.getDims(0);
  }

  /** The dense layers that are computed with bytes. */
  static List<NodeProto> dense(ProtoGraph graph) {
    Set<String> precise = precise(graph);
    return graph.nodes("MatMul").stream()
        .filter(node -> isFloats(graph, node.getInput(1)))
        .filter(node -> elements(graph, node.getInput(1)) >= FEWEST_DENSE)
        .filter(node -> !precise.contains(node.getOutput(0)))
        .toList();
  }

  /** The tables that are gathered from as bytes. */
  static List<NodeProto> tables(ProtoGraph graph) {
    return graph.nodes("Gather").stream()
        .filter(node -> isStored(graph, node.getInput(0)))
        .toList();
  }

  /**
   * What leads to the logarithm of a signal. That of a probability, which a softmax gives, is no
   * more delicate than anything else.
   */
  static Set<String> precise(ProtoGraph graph) {
    Set<String> precise = new HashSet<>();
    for (NodeProto log : graph.nodes("Log")) {
      Set<String> ancestors = graph.ancestors(log.getOutput(0));
      if (graph.nodes("Softmax").stream().noneMatch(n -> ancestors.contains(n.getOutput(0)))) {
        precise.addAll(ancestors);
      }
    }
    return precise;
  }

  /**
   * Whether a value is a constant of floats that is large enough to be stored as bytes. The
   * matrices that whiten for the anomaly score are not: they span as many powers of ten as the
   * deviations of what they whiten.
   */
  static boolean isStored(ProtoGraph graph, String value) {
    return isFloats(graph, value)
        && elements(graph, value) >= FEWEST_STORED
        && !value.contains(".novelty.");
  }

  private static boolean isFloats(ProtoGraph graph, String constant) {
    TensorProto tensor = graph.constant(constant);
    return tensor != null && OnnxTensors.isFloats(tensor);
  }

  private static long elements(ProtoGraph graph, String constant) {
    TensorProto tensor = Objects.requireNonNull(graph.constant(constant), constant);
    return Arrays.stream(OnnxTensors.shape(tensor)).reduce(1, (a, b) -> a * b);
  }

  /** What a convolution gives, behind its ReLU if that alone takes it. */
  static String activated(ProtoGraph graph, NodeProto convolution) {
    List<NodeProto> consumers = graph.consumers(convolution.getOutput(0));
    return consumers.size() == 1 && consumers.get(0).getOpType().equals("Relu")
        ? consumers.get(0).getOutput(0)
        : convolution.getOutput(0);
  }
}
