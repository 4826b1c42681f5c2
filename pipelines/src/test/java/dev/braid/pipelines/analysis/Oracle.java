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
import dev.braid.spec.WindowSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The analysis in plain Java: no stream, no batch, no model runtime. It looks at every window there
 * is, one after the other. Late or early it knows nothing of: it is given what shall be answered.
 */
public final class Oracle {
  private final TinyBundle encoders;
  private final TinyBundle fusion;
  private final Spec spec;
  private final Map<String, Integer> widths;
  private final Map<String, Featurizer> featurizers;
  private final Blobs blobs;

  /**
   * What is expected of one entity in one window.
   *
   * @param present the modalities that the scene has, in the order of the spec
   * @param answer with the attention of these modalities alone, as predictions bear it
   */
  public record Expected(Instant start, Instant end, List<String> present, Answer answer) {}

  private record Encoded(Observation observation, float[] embedding) {
    Instant time() {
      return observation.getTime();
    }

    String name() {
      return observation.getModality() + " " + observation.getId();
    }
  }

  /** In the windows of the bundle. */
  Oracle(TinyBundle bundle, Map<String, Integer> widths, Blobs blobs) {
    this(bundle, bundle.spec(), widths, blobs);
  }

  /**
   * @param spec the bundle's, but perhaps for its windows
   * @param widths of the embeddings, by modality
   */
  public Oracle(TinyBundle bundle, Spec spec, Map<String, Integer> widths, Blobs blobs) {
    this(bundle, bundle, spec, widths, blobs);
  }

  /** With the encoders of one bundle and the fusion of another. */
  public Oracle(
      TinyBundle encoders, TinyBundle fusion, Spec spec, Map<String, Integer> widths, Blobs blobs) {
    this.encoders = encoders;
    this.fusion = fusion;
    this.spec = spec;
    this.widths = widths;
    this.featurizers = encoders.featurizers();
    this.blobs = blobs;
  }

  /**
   * The answers by {@code entity|windowEnd}, in windows by count by {@code entity|#ordinal}; lines
   * that cannot be used are left out.
   */
  public Map<String, Expected> answer(List<String> lines) {
    Map<String, List<Encoded>> byEntity = new TreeMap<>();
    for (String line : lines) {
      try {
        Observation observation = new Cleaner(spec).clean(ObservationJson.parse(line));
        byEntity
            .computeIfAbsent(observation.getEntity(), e -> new ArrayList<>())
            .add(
                new Encoded(
                    observation,
                    encoders
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
    byEntity.forEach((entity, encoded) -> answer(entity, encoded, expected));
    return expected;
  }

  private void answer(String entity, List<Encoded> encoded, Map<String, Expected> expected) {
    if (spec.window() instanceof WindowSpec.Time time) {
      for (Instant start : starts(time, encoded)) {
        Instant end = start.plusMillis(time.sizeMillis());
        expected.put(
            entity + "|" + end,
            scene(
                start,
                end,
                encoded.stream()
                    .filter(e -> !e.time().isBefore(start) && e.time().isBefore(end))
                    .toList()));
      }
    } else if (spec.window() instanceof WindowSpec.Count count) {
      List<Encoded> ordered = distinct(count.count(), inOrder(encoded));
      for (int n = count.everyMany(); n <= ordered.size(); n += count.everyMany()) {
        List<Encoded> last = ordered.subList(Math.max(0, n - count.count()), n);
        expected.put(
            entity + "|#" + n,
            scene(last.get(0).time(), last.get(last.size() - 1).time().plusMillis(1), last));
      }
    } else if (spec.window() instanceof WindowSpec.Session session) {
      List<Encoded> open = new ArrayList<>();
      for (Encoded next : inOrder(encoded)) {
        if (!open.isEmpty() && !next.time().isBefore(end(session, open))) {
          expected.put(entity + "|" + end(session, open), scene(session, open));
          open.clear();
        }
        open.add(next);
      }
      expected.put(entity + "|" + end(session, open), scene(session, open));
    }
  }

  private static TreeSet<Instant> starts(WindowSpec.Time window, List<Encoded> encoded) {
    TreeSet<Instant> starts = new TreeSet<>();
    long period = window.periodMillis();
    long overlap = window.sizeMillis() / period + 1;
    for (Encoded one : encoded) {
      long millis = one.time().toEpochMilli();
      for (long k = millis / period - overlap; k <= millis / period + overlap; k++) {
        long start = k * period;
        if (start <= millis && millis < start + window.sizeMillis()) {
          starts.add(Instant.ofEpochMilli(start));
        }
      }
    }
    return starts;
  }

  private static List<Encoded> inOrder(List<Encoded> encoded) {
    return encoded.stream()
        .sorted(
            Comparator.comparing(Encoded::time)
                .thenComparing(e -> e.observation().getId())
                .thenComparing(e -> e.observation().getModality())
                .thenComparing(Encoded::embedding, Arrays::compare))
        .toList();
  }

  /** Without those that bear the name of one of the last {@code count} that were taken. */
  private static List<Encoded> distinct(int count, List<Encoded> ordered) {
    List<Encoded> taken = new ArrayList<>();
    for (Encoded next : ordered) {
      if (taken.subList(Math.max(0, taken.size() - count), taken.size()).stream()
          .noneMatch(last -> last.name().equals(next.name()))) {
        taken.add(next);
      }
    }
    return taken;
  }

  private static Instant end(WindowSpec.Session session, List<Encoded> open) {
    return open.get(open.size() - 1).time().plusMillis(session.gapMillis());
  }

  private Expected scene(WindowSpec.Session session, List<Encoded> open) {
    return scene(open.get(0).time(), end(session, open), open);
  }

  private Expected scene(Instant start, Instant end, List<Encoded> encoded) {
    Map<String, List<Token>> tokens = new TreeMap<>();
    for (Encoded one : encoded) {
      tokens
          .computeIfAbsent(one.observation().getModality(), m -> new ArrayList<>())
          .add(new Token(one.observation().getId(), one.time(), one.embedding()));
    }
    List<String> present = spec.modalities().keySet().stream().filter(tokens::containsKey).toList();
    Answer answer =
        new FusionOutputs(spec)
            .decode(fusion.models().fuse(new SceneTensors(spec, widths).row(start, end, tokens)));
    Map<String, Float> attention = new LinkedHashMap<>(answer.attention());
    attention.keySet().retainAll(present);
    return new Expected(
        start, end, present, new Answer(answer.tasks(), answer.anomalyScore(), attention));
  }
}
