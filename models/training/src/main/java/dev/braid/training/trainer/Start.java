package dev.braid.training.trainer;

import dev.braid.training.graph.Weights;
import java.util.List;
import java.util.Map;

/**
 * Where a training starts from, and what it is drawn to.
 *
 * @param weights by name; those that are not there are fresh
 * @param sparse the names of weights whose magnitudes are part of the loss, so that those that
 *     matter least go to 0 (Liu et al., Learning Efficient Convolutional Networks through Network
 *     Slimming, 2017)
 * @param sparsity the factor of these magnitudes
 */
public record Start(Map<String, Weights> weights, List<String> sparse, double sparsity) {
  /** All weights fresh. */
  static final Start FRESH = new Start(Map.of(), List.of(), 0);

  public Start {
    sparse = List.copyOf(sparse);
  }
}
