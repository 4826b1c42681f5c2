package dev.braid.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Rows per second of the systems on one engine.
 *
 * @param batch rows of a call of the bare loop: the quickest
 * @param generator what the engine carries without a model
 * @param featurizer what one thread makes rows of
 * @param systems by name, a rate for every round
 */
record EngineRates(
    int batch, double generator, double featurizer, Map<String, List<Double>> systems) {
  void add(String system, double rate) {
    systems.computeIfAbsent(system, name -> new ArrayList<>()).add(rate);
  }
}
