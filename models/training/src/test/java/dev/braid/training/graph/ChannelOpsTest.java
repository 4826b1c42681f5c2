package dev.braid.training.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ChannelOpsTest {
  private PointerScope scope;
  private Parameters parameters;
  private ChannelOps ops;

  @BeforeEach
  void open() {
    scope = new PointerScope();
    parameters = new Parameters();
    ops = new ChannelOps(parameters);
  }

  @AfterEach
  void close() {
    parameters.close();
    scope.close();
  }

  @Test
  void aChannelLiesInTheLayersOnBothSidesAndInTheNormBetween() {
    parameters.convolution("a", 1, 2, 3, 3);
    parameters.norm("n", 2);
    parameters.statistics("n", 2);
    parameters.linear("b", 8, 3);
    Channels x = ops.input(TensorSpec.floats("x", 1, 4, 4));
    Channels pooled = ops.maxPool(ops.batchNorm(ops.convolution(x, "a", 1, 1), "n"), 2);
    ops.output(ops.linear(ops.reshape(pooled, 0, -1), "b"));

    assertThat(ops.prunable()).hasSize(1);
    PrunableUnit second = ops.prunable().iterator().next().get(1);
    assertThat(second.places())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "a.weight", Map.of(0, List.of(1)),
                "a.bias", Map.of(0, List.of(1)),
                "n.weight", Map.of(0, List.of(1)),
                "n.bias", Map.of(0, List.of(1)),
                "n.mean", Map.of(0, List.of(1)),
                "n.variance", Map.of(0, List.of(1)),
                // Four cells for each channel.
                "b.weight", Map.of(1, List.of(4, 5, 6, 7))));
    assertThat(second.scales()).containsExactly("n.weight");
    assertThat(second.scalesAt()).containsExactly(1);
  }

  @Test
  void aHiddenNumberOfAGruHasARowInEveryGate() {
    parameters.gru("g", 3, 2);
    parameters.linear("b", 2, 3);
    Channels x = ops.input(TensorSpec.floats("x", 5, 3));
    ops.output(ops.linear(ops.mean(ops.gru(x, "g"), 1, false), "b"));

    assertThat(ops.prunable()).hasSize(1);
    assertThat(ops.prunable().iterator().next().get(0).places())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "g.input.weight", Map.of(0, List.of(0, 2, 4)),
                "g.state.weight", Map.of(1, List.of(0), 0, List.of(0, 2, 4)),
                "g.input.bias", Map.of(0, List.of(0, 2, 4)),
                "g.state.bias", Map.of(0, List.of(0, 2, 4)),
                "b.weight", Map.of(1, List.of(0))));
  }

  @Test
  void whatLeavesTheNetworkStays() {
    parameters.linear("a", 4, 8);
    ops.output(ops.relu(ops.linear(ops.input(TensorSpec.floats("x", 4)), "a")));
    assertThat(ops.prunable()).isEmpty();
  }

  @Test
  void layersWhoseSumIsTakenLoseTheSameNumbers() {
    parameters.linear("a", 4, 8);
    parameters.linear("b", 4, 8);
    parameters.linear("out", 8, 2);
    Channels x = ops.input(TensorSpec.floats("x", 4));
    ops.output(ops.linear(ops.relu(ops.add(ops.linear(x, "a"), ops.linear(x, "b"))), "out"));
    assertThat(ops.prunable()).hasSize(1);
    assertThat(ops.prunable().iterator().next().get(3).places())
        .containsOnlyKeys("a.weight", "a.bias", "b.weight", "b.bias", "out.weight");
  }

  @Test
  void whatIsReshapedToALiteralSizeStays() {
    parameters.linear("a", 4, 8);
    parameters.linear("out", 8, 2);
    Channels hidden = ops.linear(ops.input(TensorSpec.floats("x", TensorSpec.ANY, 4)), "a");
    ops.output(ops.linear(ops.reshape(ops.mean(hidden, 1, true), 0, 8), "out"));
    assertThat(ops.prunable()).isEmpty();
  }

  @Test
  void numbersBehindOthersAreFoundWhereTheyStand() {
    parameters.linear("a", 4, 2);
    parameters.linear("out", 6, 2);
    Channels x = ops.input(TensorSpec.floats("x", 4));
    ops.output(ops.linear(ops.concat(1, List.of(x, ops.relu(ops.linear(x, "a")))), "out"));
    assertThat(ops.prunable().iterator().next().get(1).places())
        .containsEntry("out.weight", Map.of(1, List.of(5)));
  }
}
