package dev.braid.training.fusion;

import dev.braid.training.graph.Ops;
import dev.braid.training.graph.Parameters;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Two dense layers over one vector for the whole scene: the baselines that attention has to beat.
 * They differ in how the modalities, each the mean of its tokens, become that vector.
 */
final class DenseMixer implements Mixer {
  private final Variant variant;
  private final int modalities;
  private final int tasks;

  /**
   * @param variant {@link Variant#NO_ATTENTION}, {@link Variant#GMU}, {@link Variant#CONCAT} or,
   *     for the latent alone, {@link Variant#NO_FUSION}
   * @param hidden the width of the dense layers
   */
  DenseMixer(
      Variant variant, int modalities, int tasks, int width, int hidden, Parameters parameters) {
    this.variant = variant;
    this.modalities = modalities;
    this.tasks = tasks;
    long inputs = width;
    if (variant == Variant.CONCAT) {
      inputs = (long) modalities * width + modalities;
    } else if (variant == Variant.GMU) {
      for (int m = 0; m < modalities; m++) {
        parameters.linear("fusion.unit" + m + ".feature", width, width);
        parameters.linear("fusion.unit" + m + ".gate", (long) modalities * width, width);
      }
    }
    if (variant != Variant.NO_FUSION) {
      parameters.norm("fusion.dense.scale", inputs);
      parameters.linear("fusion.dense.0", inputs, hidden);
      parameters.linear("fusion.dense.1", hidden, hidden);
      inputs = hidden;
    }
    parameters.linear("fusion.latent", inputs, width);
  }

  @Override
  public <T> Mixed<T> mix(Ops<T> ops, Scene<T> scene) {
    T present = Masks.present(ops, scene.masks());
    T shares = Masks.shares(ops, present);
    T x;
    if (variant == Variant.CONCAT) {
      List<T> parts = means(ops, scene);
      parts.add(present);
      x = ops.concat(1, parts);
    } else if (variant == Variant.GMU) {
      List<T> means = means(ops, scene);
      T all = ops.concat(1, means);
      List<T> units = new ArrayList<>();
      List<T> openness = new ArrayList<>();
      for (int m = 0; m < modalities; m++) {
        T there = ops.slice(present, 1, m, m + 1);
        T feature = ops.tanh(ops.linear(means.get(m), "fusion.unit" + m + ".feature"));
        T gate = ops.multiply(ops.sigmoid(ops.linear(all, "fusion.unit" + m + ".gate")), there);
        units.add(ops.multiply(feature, gate));
        openness.add(ops.mean(gate, 1, true));
      }
      x = units.get(0);
      for (T unit : units.subList(1, units.size())) {
        x = ops.add(x, unit);
      }
      shares = Masks.shares(ops, ops.concat(1, openness));
    } else {
      T mask = ops.concat(1, scene.masks());
      x = Masks.mean(ops, ops.concat(1, scene.tokens()), Masks.column(ops, mask));
    }
    if (variant != Variant.NO_FUSION) {
      x = ops.layerNorm(x, "fusion.dense.scale");
      x = ops.dropout(ops.relu(ops.linear(x, "fusion.dense.0")), 0.1);
      x = ops.dropout(ops.relu(ops.linear(x, "fusion.dense.1")), 0.1);
    }
    T latent = ops.relu(ops.linear(x, "fusion.latent"));
    return new Mixed<>(Collections.nCopies(tasks, latent), latent, Map.of(), shares);
  }

  private static <T> List<T> means(Ops<T> ops, Scene<T> scene) {
    List<T> means = new ArrayList<>();
    for (int m = 0; m < scene.tokens().size(); m++) {
      means.add(Masks.mean(ops, scene.tokens().get(m), Masks.column(ops, scene.masks().get(m))));
    }
    return means;
  }
}
