package dev.braid.training.encoder;

import dev.braid.training.graph.Ops;
import dev.braid.training.graph.Parameters;
import java.util.List;

/**
 * Two dense layers. The first one's columns for the places of a categorical field are that field's
 * embeddings.
 */
final class RecordEncoder implements Encoder {
  private static final int HIDDEN = 64;

  private final String name;

  RecordEncoder(int features, Parameters parameters, String name, int width) {
    this.name = name;
    parameters.linear(name + ".hidden", features, HIDDEN);
    parameters.linear(name + ".out", HIDDEN, width);
  }

  @Override
  public <T> T forward(Ops<T> ops, List<T> inputs) {
    T hidden = ops.relu(ops.linear(inputs.get(0), name + ".hidden"));
    return ops.linear(ops.dropout(hidden, 0.1), name + ".out");
  }
}
