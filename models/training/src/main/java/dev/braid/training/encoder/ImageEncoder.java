package dev.braid.training.encoder;

import dev.braid.spec.ModalitySpec;
import dev.braid.training.graph.Ops;
import dev.braid.training.graph.Parameters;
import java.util.List;

/**
 * A CNN of ordinary 3x3 convolutions: stages of convolution, batch norm, ReLU and 2x2 max pooling
 * until a side has at most four cells, then a dense layer over the cells.
 */
final class ImageEncoder implements Encoder {
  /** The side, in pixels, up to which an image is small. */
  private static final int SMALL = 32;

  private static final int MOST = 96;
  private static final int CELLS = 4;

  private final String name;
  private final int stages;

  ImageEncoder(ModalitySpec.Image spec, Parameters parameters, String name, int width) {
    this.name = name;
    // A large image has four times the pixels in its first stages: half the channels there keep the
    // cost of an image about the same.
    int first = Math.max(spec.height(), spec.width()) <= SMALL ? 24 : 12;
    int inputs = Integer.valueOf(1).equals(spec.channels()) ? 1 : 3;
    int rows = spec.height();
    int columns = spec.width();
    int stage = 0;
    while (Math.max(rows, columns) > CELLS && Math.min(rows, columns) > 1) {
      int outputs = Math.min(MOST, first << stage);
      block(parameters, stage, "a", inputs, outputs);
      if (stage > 0) {
        // The first stage sees the most pixels; a second convolution there costs more than it
        // gives.
        block(parameters, stage, "b", outputs, outputs);
      }
      inputs = outputs;
      rows /= 2;
      columns /= 2;
      stage++;
    }
    this.stages = stage;
    parameters.linear(name + ".out", (long) inputs * rows * columns, width);
  }

  @Override
  public <T> T forward(Ops<T> ops, List<T> inputs) {
    T x = inputs.get(0);
    for (int stage = 0; stage < stages; stage++) {
      x = apply(ops, x, stage, "a");
      if (stage > 0) {
        x = apply(ops, x, stage, "b");
      }
      x = ops.maxPool(x, 2);
    }
    return ops.linear(ops.dropout(ops.reshape(x, 0, -1), 0.2), name + ".out");
  }

  private void block(Parameters parameters, int stage, String part, int inputs, int outputs) {
    String block = name + "." + stage + part;
    parameters.convolution(block + ".conv", inputs, outputs, 3, 3);
    parameters.norm(block + ".norm", outputs);
    parameters.statistics(block + ".norm", outputs);
  }

  private <T> T apply(Ops<T> ops, T x, int stage, String part) {
    String block = name + "." + stage + part;
    return ops.relu(ops.batchNorm(ops.convolution(x, block + ".conv", 1, 1), block + ".norm"));
  }
}
