package dev.braid.training.encoder;

import dev.braid.training.graph.Ops;
import java.util.List;

/** A network from the rows of one modality to embeddings. */
public interface Encoder {
  /**
   * The forward pass.
   *
   * @param inputs the featurizer's tensors, in its order, with the batch in front
   * @return embeddings {@code [batch, width]}
   */
  <T> T forward(Ops<T> ops, List<T> inputs);
}
