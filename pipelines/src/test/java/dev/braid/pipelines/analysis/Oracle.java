package dev.braid.pipelines.analysis;

import dev.braid.cleaning.Cleaner;
import dev.braid.featurizer.Featurizer;
import dev.braid.observation.Blobs;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.scene.Answer;
import dev.braid.scene.FusionOutputs;
import dev.braid.scene.SceneTensors;
import dev.braid.scene.Token;
import dev.braid.serving.TinyBundle;
import dev.braid.spec.Spec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The analysis in plain Java: no stream, no batch, no model runtime. It looks at every window there
 * is, one after the other.
 */
final class Oracle {
  private final TinyBundle bundle;
  private final Map<String, Integer> widths;
  private final Map<String, Featurizer> featurizers;
  private final Blobs blobs;

  /** What is expected of one entity in one window. */
  record Expected(List<String> present, Answer answer) {}

  private record Encoded(Observation observation, float[] embedding) {}

  Oracle(TinyBundle bundle, Map<String, Integer> widths, Blobs blobs) {
    this.bundle = bundle;
    this.widths = widths;
    this.featurizers = bundle.featurizers();
    this.blobs = blobs;
  }

  /** The predictions by {@code entity|windowEnd}; lines that cannot be used are left out. */
  Map<String, Expected> answer(List<String> lines) {
    Spec spec = bundle.spec();
    Map<String, List<Encoded>> byEntity = new TreeMap<>();
    for (String line : lines) {
      try {
        Observation observation = new Cleaner(spec).clean(ObservationJson.parse(line));
        byEntity
            .computeIfAbsent(observation.getEntity(), e -> new ArrayList<>())
            .add(
                new Encoded(
                    observation,
                    bundle
                        .models()
                        .encode(
                            observation.getModality(),
                            featurizers
                                .get(observation.getModality())
                                .featurize(blobs.resolve(observation.getPayload())))));
      } catch (InvalidObservationException e) {
        continue; // The dead letters are spelt out in the test.
      }
    }
    Map<String, Expected> expected = new TreeMap<>();
    byEntity.forEach(
        (entity, encoded) -> {
          for (Instant start : starts(spec, encoded)) {
            expected.put(
                entity + "|" + start.plusMillis(spec.timeWindow("the oracle").sizeMillis()),
                scene(spec, start, encoded));
          }
        });
    return expected;
  }

  private static TreeSet<Instant> starts(Spec spec, List<Encoded> encoded) {
    TreeSet<Instant> starts = new TreeSet<>();
    long period = spec.timeWindow("the oracle").periodMillis();
    for (Encoded one : encoded) {
      long millis = one.observation().getTime().toEpochMilli();
      for (long k = millis / period - 10; k <= millis / period + 10; k++) {
        long start = k * period;
        if (start <= millis && millis < start + spec.timeWindow("the oracle").sizeMillis()) {
          starts.add(Instant.ofEpochMilli(start));
        }
      }
    }
    return starts;
  }

  private Expected scene(Spec spec, Instant start, List<Encoded> encoded) {
    Instant end = start.plusMillis(spec.timeWindow("the oracle").sizeMillis());
    Map<String, List<Token>> tokens = new TreeMap<>();
    for (Encoded one : encoded) {
      Instant time = one.observation().getTime();
      if (!time.isBefore(start) && time.isBefore(end)) {
        tokens
            .computeIfAbsent(one.observation().getModality(), m -> new ArrayList<>())
            .add(new Token(one.observation().getId(), time, one.embedding()));
      }
    }
    return new Expected(
        spec.modalities().keySet().stream().filter(tokens::containsKey).toList(),
        new FusionOutputs(spec)
            .decode(bundle.models().fuse(new SceneTensors(spec, widths).row(start, end, tokens))));
  }
}
