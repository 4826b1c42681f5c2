package dev.braid.training.fusion;

import dev.braid.training.graph.Ops;
import java.util.List;
import java.util.Map;

/** Brings the tokens of a scene together: where the variants of fusion differ. */
interface Mixer {
  /**
   * The tokens of a batch of N scenes.
   *
   * @param tokens by modality in the order of the spec, {@code [N, T, width]}
   * @param masks by modality in the same order, {@code [N, T]}
   * @param votes by classification, each modality's own logits {@code [N, T, labels]} in that order
   */
  record Scene<T>(List<T> tokens, List<T> masks, Map<String, List<T>> votes) {}

  /**
   * What the heads see.
   *
   * @param pools for each task, {@code [N, width]}
   * @param latent {@code [N, width]}
   * @param agreed by classification, logits {@code [N, labels]} that the task's head only corrects;
   *     empty where the variant has none
   * @param shares how much each modality counted, {@code [N, modalities]}
   */
  record Mixed<T>(List<T> pools, T latent, Map<String, T> agreed, T shares) {}

  <T> Mixed<T> mix(Ops<T> ops, Scene<T> scene);
}
