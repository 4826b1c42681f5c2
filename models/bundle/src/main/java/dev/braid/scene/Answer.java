package dev.braid.scene;

import java.util.Map;

/**
 * What the fusion model says of one scene.
 *
 * @param tasks by task, in the order of the spec
 * @param anomalyScore how far the scene lies from those of training, 0 or more; 1 on average in
 *     training
 * @param attention the share of attention by modality, in the order of the spec; sums to 1, a
 *     modality that is not present has 0
 */
public record Answer(
    Map<String, TaskAnswer> tasks, float anomalyScore, Map<String, Float> attention) {

  /** What it says of one task. */
  public sealed interface TaskAnswer {}

  /**
   * A label.
   *
   * @param probabilities by label, in the order of the spec; they sum to 1
   */
  public record Classified(String label, float probability, Map<String, Float> probabilities)
      implements TaskAnswer {}

  /** A number, in the unit of the training labels. */
  public record Estimated(float value) implements TaskAnswer {}
}
