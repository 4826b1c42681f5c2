package dev.braid.transforms.fit;

import dev.braid.featurizer.FeaturizerFit;
import dev.braid.featurizer.Featurizers;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.transforms.Combine;

/**
 * Adds up what was counted of parts of the observations; the state of every featurizer comes of it,
 * as JSON by modality.
 */
final class MergeFits extends Combine.CombineFn<FeaturizerFit, FeaturizerFit, Map<String, String>> {
  private static final long serialVersionUID = 1L;

  private final FeaturizerFitCoder coder;

  MergeFits(FeaturizerFitCoder coder) {
    this.coder = coder;
  }

  @Override
  public FeaturizerFit createAccumulator() {
    return coder.empty();
  }

  @Override
  public FeaturizerFit addInput(FeaturizerFit accumulator, FeaturizerFit input) {
    accumulator.merge(input);
    return accumulator;
  }

  @Override
  public FeaturizerFit mergeAccumulators(Iterable<FeaturizerFit> accumulators) {
    FeaturizerFit merged = coder.empty();
    accumulators.forEach(merged::merge);
    return merged;
  }

  @Override
  public Map<String, String> extractOutput(FeaturizerFit accumulator) {
    Map<String, String> states = new TreeMap<>();
    accumulator
        .featurizers()
        .forEach((name, featurizer) -> states.put(name, Featurizers.toJson(featurizer)));
    return states;
  }

  @Override
  public Coder<FeaturizerFit> getAccumulatorCoder(
      CoderRegistry registry, Coder<FeaturizerFit> input) {
    return coder;
  }
}
