package dev.braid.training.trainer;

import java.util.List;
import java.util.Map;

/** Encoders that were trained alone, and what they give of the data set. Immutable. */
public final class TrainedEncoders {
  private final Map<String, float[]> weights;
  private final EmbeddedRows embedded;
  private final List<TrainedModel.EpochReport> history;

  TrainedEncoders(
      Map<String, float[]> weights, EmbeddedRows embedded, List<TrainedModel.EpochReport> history) {
    this.weights = weights;
    this.embedded = embedded;
    this.history = List.copyOf(history);
  }

  /** The weights of the encoders and of each modality's own answers, by name. */
  Map<String, float[]> weights() {
    return weights;
  }

  EmbeddedRows embedded() {
    return embedded;
  }

  /** What each epoch came to. */
  public List<TrainedModel.EpochReport> history() {
    return history;
  }
}
