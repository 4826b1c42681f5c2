package dev.braid.training.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.tensor.TensorSpec;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

final class WeightsTest {
  @Test
  void everyWeightComesBackFromTheGraphThatItWasWrittenTo() {
    try (PointerScope scope = new PointerScope();
        Parameters parameters = new Parameters()) {
      parameters.convolution("front", 3, 8, 5);
      parameters.norm("front.norm", 8);
      parameters.statistics("front.norm", 8);
      parameters.gru("gru", 8, 6);
      parameters.linear("out", 6, 4);
      OnnxOps ops = new OnnxOps("g", parameters);
      String x = ops.input(TensorSpec.floats("x", 3, 20));
      String shapes = ops.batchNorm(ops.convolution(x, "front", 2, 2), "front.norm");
      String states = ops.gru(ops.transpose(shapes, 0, 2, 1), "gru");
      ops.output(TensorSpec.floats("y", 4), ops.linear(ops.mean(states, 1, false), "out"));

      Map<String, Weights> read = Weights.of(ops.toByteArray());

      assertThat(parameters.weights())
          .allSatisfy(
              (name, weights) -> {
                assertThat(read.get(name).values()).as(name).isEqualTo(weights.values());
                assertThat(read.get(name).shape()).as(name).isEqualTo(weights.shape());
              });
    }
  }

  @Test
  void placesAreTakenOutOfTheMiddleAxis() {
    Weights weights = new Weights(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 2, 3, 2);
    Weights left = weights.select(1, new int[] {0, 2});
    assertThat(left.values()).containsExactly(1, 2, 5, 6, 7, 8, 11, 12);
    assertThat(left.shape()).containsExactly(2, 2, 2);
    assertThat(weights.energy(1, 1)).isEqualTo(9.0 + 16 + 81 + 100);
  }
}
