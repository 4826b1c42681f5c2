package dev.braid.training.fusion;

import dev.braid.training.graph.Ops;
import dev.braid.training.graph.Parameters;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a scene lies from the scenes of training: the mean, over the modalities that are there,
 * of two squared Mahalanobis distances, each divided by its number of dimensions so that it is 1 on
 * average in training. One is of the modality's embedding (after Lee et al., A Simple Unified
 * Framework for Detecting Out-of-Distribution Samples, NeurIPS 2018): is it unusual by itself? The
 * other is of what the latent fails to reconstruct of it: does it fit the rest of the scene? Until
 * {@link #parameter} is set, distances are plain squares.
 */
public final class Novelty {
  private Novelty() {}

  /** What is measured of each modality. */
  public enum Of {
    EMBEDDING,
    ERROR
  }

  /** The linear layer that centres and whitens {@code D} numbers of a modality. */
  public static String parameter(String modality, Of of) {
    return "fusion." + modality + ".novelty." + of.name().toLowerCase(java.util.Locale.ROOT);
  }

  static void declare(Parameters parameters, String modality, int size) {
    for (Of of : Of.values()) {
      parameters.identity(parameter(modality, of), size);
    }
  }

  /**
   * What is measured, as it is before whitening: {@code [N, D]}, 0 where the modality is not there.
   */
  public static <T> T raw(Ops<T> ops, FusionNet.Result<T> result, String modality, Of of) {
    T target = FusionNet.of(result.targets(), modality);
    return of == Of.EMBEDDING
        ? target
        : ops.subtract(FusionNet.of(result.reconstructed(), modality), target);
  }

  static <T> T score(Ops<T> ops, FusionNet.Result<T> result, Iterable<String> modalities) {
    List<T> distances = new ArrayList<>();
    List<T> counts = new ArrayList<>();
    for (String modality : modalities) {
      T there = FusionNet.of(result.present(), modality);
      for (Of of : Of.values()) {
        T white = ops.linear(raw(ops, result, modality, of), parameter(modality, of));
        distances.add(ops.multiply(ops.mean(ops.multiply(white, white), 1, true), there));
        counts.add(there);
      }
    }
    T count =
        ops.add(ops.sum(ops.concat(1, counts), 1, true), ops.constant(new float[] {1e-6f}, 1));
    return ops.divide(ops.sum(ops.concat(1, distances), 1, true), count);
  }
}
