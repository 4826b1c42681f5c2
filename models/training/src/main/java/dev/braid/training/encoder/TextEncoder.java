package dev.braid.training.encoder;

import dev.braid.tensor.TensorRow;
import dev.braid.training.graph.Ops;
import dev.braid.training.graph.Parameters;
import java.util.List;
import java.util.Map;

/**
 * A bag of term embeddings weighted by TF-IDF, then a dense layer: {@code Gather, MatMul} over the
 * few terms of a text instead of a product with its mostly empty vector.
 */
final class TextEncoder implements Encoder {
  private static final int BAG = 96;
  private static final double DEVIATION = 0.3;

  private final String name;

  private final int terms;

  TextEncoder(int vocabulary, Parameters parameters, String name, int width) {
    this.name = name;
    this.terms = Math.max(1, vocabulary);
    parameters.normal(name + ".terms", DEVIATION, terms, BAG);
    parameters.norm(name + ".norm", BAG);
    parameters.linear(name + ".out", BAG, width);
  }

  @Override
  public <T> T forward(Ops<T> ops, List<T> inputs) {
    T terms = ops.gather(ops.parameter(name + ".terms"), inputs.get(0));
    T weights = ops.reshape(inputs.get(1), 0, 1, -1);
    T bag = ops.sum(ops.matmul(weights, terms), 1, false);
    T hidden = ops.relu(ops.layerNorm(bag, name + ".norm"));
    return ops.linear(ops.dropout(hidden, 0.4), name + ".out");
  }

  /** Terms begin with their latent semantics, unless there are fewer of them than features. */
  @Override
  public void start(List<TensorRow> rows, Parameters parameters, long seed) {
    if (terms >= BAG && !rows.isEmpty()) {
      parameters.restore(
          Map.of(name + ".terms", LatentSemantics.embed(rows, terms, BAG, DEVIATION, seed)));
    }
  }
}
