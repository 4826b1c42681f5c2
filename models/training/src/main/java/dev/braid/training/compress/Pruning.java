package dev.braid.training.compress;

import dev.braid.bundle.InvalidBundleException;
import dev.braid.featurizer.Featurizer;
import dev.braid.featurizer.TextFeaturizer;
import dev.braid.scene.SceneTensors;
import dev.braid.spec.Spec;
import dev.braid.tensor.TensorRow;
import dev.braid.training.fusion.FusionNet;
import dev.braid.training.fusion.Variant;
import dev.braid.training.graph.ChannelOps;
import dev.braid.training.graph.Channels;
import dev.braid.training.graph.PrunableUnit;
import dev.braid.training.graph.Weights;
import dev.braid.training.trainer.Model;
import dev.braid.training.trainer.TrainingData;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;

/**
 * Takes the same share out of every layer of a model: the channels, hidden numbers and columns that
 * matter least, and of every vocabulary the terms that say least.
 */
final class Pruning {
  /** The units of a layer that stay are a multiple of it: vector units take four bytes at once. */
  private static final int MULTIPLE = 4;

  /** Layers with fewer units stay as they are. */
  private static final int FEWEST_UNITS = 8;

  /** Terms that every vocabulary keeps. */
  private static final int FEWEST_TERMS = 64;

  private Pruning() {}

  /**
   * What is left of a model.
   *
   * @param weights by name, in their new shapes
   * @param featurizers by modality; a vocabulary that lost terms is another one
   * @param units how many channels, hidden numbers and columns there were and are
   * @param terms how many terms there were and are
   */
  record Pruned(
      Map<String, Weights> weights,
      Map<String, Featurizer> featurizers,
      int[] units,
      int[] terms) {}

  /**
   * What can be taken out of a model, by layers.
   *
   * @throws InvalidBundleException if the weights are not all there
   */
  static Collection<List<PrunableUnit>> prunable(
      Spec spec,
      Variant variant,
      Map<String, Featurizer> featurizers,
      Map<String, Weights> weights) {
    int hidden = Model.hidden(spec, featurizers, variant);
    try (PointerScope scope = new PointerScope();
        Model model = new Model(spec, featurizers, variant, hidden, weights)) {
      ChannelOps ops = new ChannelOps(model.parameters());
      trace(model, ops, featurizers);
      for (String name : ops.used()) {
        if (!weights.containsKey(name)) {
          throw new InvalidBundleException(
              "the bundle lacks the weight '%s': another version of Braid trained it; train it again"
                  .formatted(name));
        }
      }
      return ops.prunable();
    }
  }

  private static void trace(Model model, ChannelOps ops, Map<String, Featurizer> featurizers) {
    Map<String, Integer> widths = new LinkedHashMap<>();
    for (Map.Entry<String, Featurizer> entry : featurizers.entrySet()) {
      var rows = entry.getValue().inputs().stream().map(ops::input).toList();
      ops.output(model.encode(ops, entry.getKey(), rows));
      widths.put(entry.getKey(), model.width(entry.getKey()));
    }
    var inputs = new SceneTensors(model.spec(), widths).inputs().stream().map(ops::input).toList();
    Map<String, FusionNet.Tokens<Channels>> tokens = new LinkedHashMap<>();
    for (String modality : model.spec().modalities().keySet()) {
      int at = 3 * tokens.size();
      tokens.put(
          modality, new FusionNet.Tokens<>(inputs.get(at), inputs.get(at + 1), inputs.get(at + 2)));
    }
    FusionNet.Result<Channels> result = model.fusion().forward(ops, tokens);
    ops.output(model.fusion().novelty(ops, result));
    result.tasks().values().forEach(ops::output);
    result.own().values().forEach(answers -> answers.values().forEach(ops::output));
    result.reconstructed().values().forEach(ops::output);
    ops.output(result.attention());
  }

  /** The weights that scale what can be taken out: a sparse training draws them to 0. */
  static List<String> scales(Collection<List<PrunableUnit>> layers) {
    Set<String> names = new LinkedHashSet<>();
    layers.forEach(layer -> layer.forEach(unit -> names.addAll(unit.scales())));
    return List.copyOf(names);
  }

  /** Takes {@code share} of every layer and every vocabulary out. */
  static Pruned prune(
      Map<String, Weights> weights,
      Collection<List<PrunableUnit>> layers,
      TrainingData data,
      double share) {
    int[] units = new int[2];
    Map<String, Map<Integer, BitSet>> removed = new LinkedHashMap<>();
    for (List<PrunableUnit> layer : layers) {
      int kept = kept(layer.size(), share);
      units[0] += layer.size();
      units[1] += kept;
      List<PrunableUnit> byImportance = new ArrayList<>(layer);
      Map<PrunableUnit, Double> importance = new java.util.IdentityHashMap<>();
      layer.forEach(unit -> importance.put(unit, unit.importance(weights)));
      byImportance.sort(Comparator.comparingDouble(importance::get));
      for (PrunableUnit unit : byImportance.subList(0, layer.size() - kept)) {
        unit.places()
            .forEach(
                (parameter, axes) ->
                    axes.forEach(
                        (axis, places) ->
                            places.forEach(
                                removed
                                        .computeIfAbsent(parameter, p -> new LinkedHashMap<>())
                                        .computeIfAbsent(axis, a -> new BitSet())
                                    ::set)));
      }
    }
    Map<String, Weights> left = new LinkedHashMap<>(weights);
    removed.forEach(
        (name, axes) ->
            axes.forEach(
                (axis, places) ->
                    left.computeIfPresent(
                        name, (n, tensor) -> tensor.select(axis, others(places, tensor, axis)))));
    int[] terms = new int[2];
    Map<String, Featurizer> featurizers = terms(left, data, share, terms);
    return new Pruned(left, featurizers, units, terms);
  }

  private static int kept(int size, double share) {
    if (size < FEWEST_UNITS) {
      return size;
    }
    int kept = (int) Math.ceil(size * (1 - share) - 1e-9);
    return Math.min(size, (kept + MULTIPLE - 1) / MULTIPLE * MULTIPLE);
  }

  private static int[] others(BitSet places, Weights tensor, int axis) {
    return IntStream.range(0, (int) tensor.shape()[axis]).filter(i -> !places.get(i)).toArray();
  }

  private static Map<String, Featurizer> terms(
      Map<String, Weights> weights, TrainingData data, double share, int[] terms) {
    Map<String, Featurizer> featurizers = new LinkedHashMap<>(data.featurizers());
    data.featurizers()
        .forEach(
            (modality, featurizer) -> {
              String name = Model.termsOf(modality);
              Weights table = weights.get(name);
              if (featurizer instanceof TextFeaturizer text && table != null) {
                int[] kept = terms(table, data.rows(modality), share);
                terms[0] += text.vocabularySize();
                terms[1] += kept.length;
                weights.put(name, table.select(0, kept));
                featurizers.put(modality, text.keeping(kept));
              }
            });
    return featurizers;
  }

  /** The terms that move most: their weight in all texts times the length of their vectors. */
  private static int[] terms(Weights table, List<TensorRow> texts, double share) {
    int size = (int) table.shape()[0];
    double[] moved = new double[size];
    for (TensorRow text : texts) {
      long[] ids = text.longs(0);
      float[] weights = text.floats(1);
      for (int i = 0; i < ids.length; i++) {
        moved[(int) ids[i]] += weights[i];
      }
    }
    for (int i = 0; i < size; i++) {
      moved[i] *= Math.sqrt(table.energy(0, i));
    }
    int kept = Math.min(size, Math.max(FEWEST_TERMS, (int) Math.ceil(size * (1 - share))));
    return IntStream.range(0, size)
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer i) -> moved[i]).reversed().thenComparing(i -> i))
        .limit(kept)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }
}
