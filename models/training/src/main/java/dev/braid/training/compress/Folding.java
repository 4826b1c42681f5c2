package dev.braid.training.compress;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.braid.training.graph.OnnxTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Folds every batch norm into the convolution before it: with scale {@code g}, shift {@code b},
 * mean {@code m} and variance {@code v}, {@code W' = W g / sqrt(v + e)} and {@code c' = (c - m) g /
 * sqrt(v + e) + b} (Jacob et al., 2018, section 3.2).
 */
final class Folding {
  private Folding() {}

  /** Folds, and says how many batch norms are gone. */
  static int fold(ProtoGraph graph) {
    int folded = 0;
    for (NodeProto norm : graph.nodes("BatchNormalization")) {
      NodeProto convolution = graph.producer(norm.getInput(0));
      if (convolution != null
          && convolution.getOpType().equals("Conv")
          && convolution.getInputCount() == 3
          && graph.consumers(convolution.getOutput(0)).size() == 1
          && graph.consumers(convolution.getInput(1)).size() == 1
          && !graph.outputs().contains(convolution.getOutput(0))) {
        fold(graph, convolution, norm);
        folded++;
      }
    }
    return folded;
  }

  private static void fold(ProtoGraph graph, NodeProto convolution, NodeProto norm) {
    TensorProto kernel = constant(graph, convolution.getInput(1));
    float[] weight = OnnxTensors.floats(kernel);
    float[] bias = OnnxTensors.floats(constant(graph, convolution.getInput(2)));
    List<float[]> statistics = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      statistics.add(OnnxTensors.floats(constant(graph, norm.getInput(i))));
    }
    double epsilon = 1e-5;
    for (AttributeProto attribute : norm.getAttributeList()) {
      epsilon = attribute.getName().equals("epsilon") ? attribute.getF() : epsilon;
    }
    int stride = weight.length / bias.length;
    for (int c = 0; c < bias.length; c++) {
      double scale = statistics.get(0)[c] / Math.sqrt(statistics.get(3)[c] + epsilon);
      for (int i = 0; i < stride; i++) {
        weight[c * stride + i] *= (float) scale;
      }
      bias[c] = (float) ((bias[c] - statistics.get(2)[c]) * scale + statistics.get(1)[c]);
    }
    graph.put(OnnxTensors.floats(kernel.getName(), weight, OnnxTensors.shape(kernel)));
    graph.put(OnnxTensors.floats(convolution.getInput(2), bias, bias.length));
    graph.remove(norm);
    graph.replace(convolution, convolution.toBuilder().setOutput(0, norm.getOutput(0)).build());
  }

  private static TensorProto constant(ProtoGraph graph, String name) {
    return Objects.requireNonNull(graph.constant(name), name);
  }
}
