package dev.braid.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.bundle.InvalidBundleException;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OnnxGraphTest {
  @Test
  void everyOutputComesWithItsShape() {
    TensorSpec input = TensorSpec.floats("x", TensorSpec.ANY, 2);
    TinyGraph tiny = new TinyGraph();
    String x = tiny.input(input);
    tiny.output(TensorSpec.floats("sum", TensorSpec.ANY, 2), tiny.node("Add", List.of(x, x)));
    try (OnnxGraph graph = OnnxGraph.open("tiny", tiny.bytes())) {
      List<TensorRow> rows =
          List.of(TensorRow.of(new float[] {1, 2, 3, 4}), TensorRow.of(new float[] {5, 6}));
      OnnxGraph.Output sum = graph.run(List.of(input), rows).get("sum");
      assertThat(sum.shape()).containsExactly(2, 2, 2);
      assertThat(sum.values()).containsExactly(2, 4, 6, 8, 10, 12, 0, 0);
    }
  }

  @Test
  void aRowThatDoesNotFitIsRefused() {
    TensorSpec input = TensorSpec.floats("x", 2);
    TinyGraph tiny = new TinyGraph();
    String x = tiny.input(input);
    tiny.output(TensorSpec.floats("sum", 2), tiny.node("Add", List.of(x, x)));
    try (OnnxGraph graph = OnnxGraph.open("tiny", tiny.bytes())) {
      assertThatThrownBy(
              () -> graph.run(List.of(input), List.of(TensorRow.of(new float[] {1, 2, 3}))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'x' has shape");
    }
  }

  @Test
  void bytesThatAreNoModelAreRefusedInOneLine() {
    assertThatThrownBy(() -> OnnxGraph.open("x.onnx", new byte[] {1, 2, 3}))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageStartingWith("x.onnx is no model that can be served: ")
        .hasMessageNotContaining("\n");
  }
}
