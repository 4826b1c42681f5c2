package dev.braid.pipelines.evaluate;

import dev.braid.dataset.Split;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is evaluated.
 *
 * @param split the part of the data set, or null for all of it
 * @param drop by modality, the probability with which it is taken out of a scene, 0 to 1; the last
 *     one that a scene has always stays
 * @param seed of the drops: the same seed drops the same
 * @param threads that work, 1 to 256
 */
public record EvaluationOptions(
    @Nullable Split split, Map<String, Double> drop, long seed, int threads) {

  /**
   * @throws IllegalArgumentException if a probability or the threads are out of range
   */
  public EvaluationOptions {
    drop = Map.copyOf(drop);
    drop.forEach(
        (modality, probability) -> {
          if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException(
                "the probability to drop '%s' must be between 0 and 1, but was: %s"
                    .formatted(modality, probability));
          }
        });
    if (threads < 1 || threads > 256) {
      throw new IllegalArgumentException("threads must be between 1 and 256, but was: " + threads);
    }
  }

  /** Which of a scene's modalities stay, in their order. */
  <T> Map<String, T> keep(String scene, Map<String, T> modalities) {
    Map<String, T> kept = new LinkedHashMap<>(modalities);
    for (String modality : modalities.keySet()) {
      double probability = drop.getOrDefault(modality, 0.0);
      if (kept.size() > 1 && uniform(scene + "|" + modality) < probability) {
        kept.remove(modality);
      }
    }
    return kept;
  }

  /** A number in [0, 1) that depends on nothing but the seed and the name. */
  private double uniform(String name) {
    long hash = seed * 0x9E3779B97F4A7C15L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001B3L;
    }
    // The finalizer of MurmurHash3: names that differ in their last letter differ in every bit.
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return ((hash ^ (hash >>> 33)) >>> 11) * 0x1.0p-53;
  }
}
