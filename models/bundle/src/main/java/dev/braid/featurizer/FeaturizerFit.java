package dev.braid.featurizer;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.spec.Spec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is counted of observations to fit the featurizers of a spec: document frequencies of texts,
 * moments of sensors and of numeric fields, counts of categories. Counts and sums are exact, so
 * that neither the order of observations nor how they were split up and merged changes a bit of the
 * outcome. An observation that was delivered twice counts twice. Not safe for several threads.
 */
public final class FeaturizerFit {
  private final Map<String, Statistics> byModality = new LinkedHashMap<>();

  /** Nothing was counted yet. */
  public FeaturizerFit(Spec spec) {
    spec.modalities().forEach((name, modality) -> byModality.put(name, Statistics.of(modality)));
  }

  /**
   * Counts one clean observation, or nothing of it. The payload of a kind that has nothing to fit
   * (image, audio) is not looked at and may be a reference.
   *
   * @throws InvalidObservationException if its modality is unknown, or its payload is of another
   *     kind or out of range
   */
  public void add(Observation observation) throws InvalidObservationException {
    Statistics statistics = byModality.get(observation.getModality());
    if (statistics == null) {
      throw new InvalidObservationException(
          "unknown modality '%s'; known: %s"
              .formatted(observation.getModality(), byModality.keySet()));
    }
    statistics.add(observation.getPayload());
  }

  /** Adds what another fit of the same spec has counted, and leaves that one as it is. */
  public void merge(FeaturizerFit other) {
    byModality.forEach(
        (name, statistics) -> {
          Statistics more = other.byModality.get(name);
          if (more == null || more.getClass() != statistics.getClass()) {
            throw new IllegalArgumentException(
                "fits of two specs cannot be merged: '%s' differs".formatted(name));
          }
          statistics.merge(more);
        });
  }

  /** The fitted featurizers by modality, in the order of the spec. */
  public Map<String, Featurizer> featurizers() {
    Map<String, Featurizer> featurizers = new LinkedHashMap<>();
    byModality.forEach((name, statistics) -> featurizers.put(name, statistics.featurizer()));
    return featurizers;
  }

  /** Writes what was counted, in bytes that depend on nothing else. */
  public void write(DataOutput out) throws IOException {
    for (Statistics statistics : byModality.values()) {
      statistics.write(out);
    }
  }

  /** Reads what {@link #write} wrote for the same spec. */
  public static FeaturizerFit read(Spec spec, DataInput in) throws IOException {
    FeaturizerFit fit = new FeaturizerFit(spec);
    for (Statistics statistics : fit.byModality.values()) {
      statistics.read(in);
    }
    return fit;
  }
}
