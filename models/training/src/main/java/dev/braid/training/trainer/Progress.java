package dev.braid.training.trainer;

import dev.braid.training.graph.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** How far a stage is. Not safe for several threads. */
final class Progress {
  /** What each epoch came to. */
  final List<TrainedModel.EpochReport> history = new ArrayList<>();

  /** By part that is judged apart, its best weights. */
  final Map<String, Map<String, float[]>> best = new LinkedHashMap<>();

  /** By part, the loss of its best weights. */
  final Map<String, Double> least = new LinkedHashMap<>();

  /** The last epoch in which any part was better than before; 0 before the first. */
  int lastGain;

  /** Keeps the weights of each part that is better than before, and says whether any is. */
  boolean keep(
      Stage.Judgement judgement, Map<String, Predicate<String>> parts, Parameters parameters) {
    boolean gained = false;
    for (Map.Entry<String, Predicate<String>> part : parts.entrySet()) {
      Double loss = judgement.losses().get(part.getKey());
      // Where the validation scenes say nothing, the last weights are as good as any.
      if (loss == null || loss < least.getOrDefault(part.getKey(), Double.POSITIVE_INFINITY)) {
        least.put(part.getKey(), loss == null ? Double.POSITIVE_INFINITY : loss);
        best.put(part.getKey(), parameters.snapshot(part.getValue()));
        gained = true;
      }
    }
    return gained;
  }
}
