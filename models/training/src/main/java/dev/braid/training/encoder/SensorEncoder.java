package dev.braid.training.encoder;

import dev.braid.spec.ModalitySpec;
import dev.braid.training.graph.Ops;
import dev.braid.training.graph.Parameters;
import java.util.List;

/**
 * Two strided convolutions over time find local shapes, a GRU puts them in order; its last state
 * and the mean and maximum of all states make the embedding.
 */
final class SensorEncoder implements Encoder {
  private static final int FRONT = 48;
  private static final int HIDDEN = 64;

  private final String name;

  SensorEncoder(ModalitySpec.Sensor spec, Parameters parameters, String name, int width) {
    this.name = name;
    block(parameters, "0", spec.channels() + 1, FRONT);
    block(parameters, "1", FRONT, HIDDEN);
    parameters.gru(name + ".gru", HIDDEN, HIDDEN);
    parameters.linear(name + ".out", 3L * HIDDEN, width);
  }

  @Override
  public <T> T forward(Ops<T> ops, List<T> inputs) {
    T x = apply(ops, apply(ops, inputs.get(0), "0"), "1");
    T states = ops.gru(ops.transpose(x, 0, 2, 1), name + ".gru");
    // A frame ends where its measurements end, so the last state has seen all of them. The mean
    // over
    // a slice of one keeps the shape free of the number of steps.
    T last = ops.mean(ops.slice(states, 1, -1, Long.MAX_VALUE), 1, false);
    T pooled = ops.concat(1, List.of(last, ops.mean(states, 1, false), ops.max(states, 1, false)));
    return ops.linear(ops.dropout(pooled, 0.2), name + ".out");
  }

  private void block(Parameters parameters, String stage, int inputs, int outputs) {
    String block = name + "." + stage;
    parameters.convolution(block + ".conv", inputs, outputs, 5);
    parameters.norm(block + ".norm", outputs);
    parameters.statistics(block + ".norm", outputs);
  }

  private <T> T apply(Ops<T> ops, T x, String stage) {
    String block = name + "." + stage;
    return ops.relu(ops.batchNorm(ops.convolution(x, block + ".conv", 2, 2), block + ".norm"));
  }
}
