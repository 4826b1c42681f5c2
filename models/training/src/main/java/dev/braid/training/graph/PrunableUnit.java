package dev.braid.training.graph;

import java.util.List;
import java.util.Map;

/**
 * A channel, hidden number or column that can be taken out of a network without a trace.
 *
 * @param places by parameter and axis, where it lies
 * @param scales the parameters that scale it, if a norm does
 * @param scalesAt for each of these, the place
 */
public record PrunableUnit(
    Map<String, Map<Integer, List<Integer>>> places, List<String> scales, List<Integer> scalesAt) {

  /**
   * How much it matters: the mean magnitude of what scales it; without that, the product of the
   * norms of what makes it and of what takes it.
   */
  public double importance(Map<String, Weights> weights) {
    if (!scales.isEmpty()) {
      double sum = 0;
      for (int i = 0; i < scales.size(); i++) {
        sum += Math.abs(of(weights, scales.get(i)).values()[scalesAt.get(i)]);
      }
      return sum / scales.size();
    }
    double making = 0;
    double taking = 0;
    for (Map.Entry<String, Map<Integer, List<Integer>>> parameter : places.entrySet()) {
      Weights tensor = of(weights, parameter.getKey());
      for (Map.Entry<Integer, List<Integer>> axis : parameter.getValue().entrySet()) {
        for (int place : axis.getValue()) {
          double energy = tensor.energy(axis.getKey(), place);
          making += axis.getKey() == 0 ? energy : 0;
          taking += axis.getKey() == 0 ? 0 : energy;
        }
      }
    }
    return Math.sqrt(making) * Math.sqrt(taking);
  }

  private static Weights of(Map<String, Weights> weights, String name) {
    Weights tensor = weights.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no weight '" + name + "'");
    }
    return tensor;
  }
}
