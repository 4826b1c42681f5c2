package dev.braid.training.encoder;

import dev.braid.tensor.TensorRow;
import dev.braid.training.graph.Ops;
import dev.braid.training.graph.Parameters;
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

  /**
   * Starts the weights from what the rows of the training part look like, without any label. Does
   * nothing where random weights are as good.
   *
   * @param seed of whatever is drawn
   */
  default void start(List<TensorRow> rows, Parameters parameters, long seed) {}
}
