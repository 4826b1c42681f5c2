package dev.braid.training.compress;

import dev.braid.bundle.Bundle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A compressed bundle and how it came to be.
 *
 * @param stages the bundle as it was, then after each step
 * @param calibrations for each way to choose ranges that was tried, the loss on the validation
 *     scenes; the least was taken. Empty without int8
 */
public record CompressionResult(
    Bundle bundle, String source, List<Stage> stages, Map<String, Double> calibrations) {
  public CompressionResult {
    stages = List.copyOf(stages);
  }

  /** The bundle as it was. */
  public Stage before() {
    return stages.get(0);
  }

  /** The bundle that was written. */
  public Stage after() {
    return stages.get(stages.size() - 1);
  }

  /** By model, how many times as fast it is as it was, at 32 rows a call. */
  public Map<String, Double> speedUp() {
    Map<String, Double> speedUp = new LinkedHashMap<>();
    before()
        .latency()
        .forEach(
            (model, latency) -> {
              Stage.Latency now = after().latency().get(model);
              if (now != null) {
                speedUp.put(model, latency.batch32() / now.batch32());
              }
            });
    return speedUp;
  }
}
