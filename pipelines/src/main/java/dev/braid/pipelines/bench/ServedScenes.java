package dev.braid.pipelines.bench;

import dev.braid.cleaning.Cleaner;
import dev.braid.dataset.Dataset;
import dev.braid.dataset.LabelledScene;
import dev.braid.featurizer.Featurizer;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import dev.braid.scene.Answer;
import dev.braid.scene.Token;
import dev.braid.serving.ModelServer;
import dev.braid.serving.RowResult;
import dev.braid.spec.Spec;
import dev.braid.tensor.TensorRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers scenes from their observations' bytes: featurize, encode, fuse. Safe for several threads.
 */
final class ServedScenes {
  private final ModelServer server;

  ServedScenes(ModelServer server) {
    this.server = server;
  }

  /** Scenes and how many observations were left out of them, since they cannot be used. */
  record Arrivals(List<Arrival> scenes, int rejected) {}

  /** The scenes of a data set; an observation that cannot be used is left out, as in a run. */
  static Arrivals arrivals(Spec spec, Dataset data, List<LabelledScene> scenes) {
    Cleaner cleaner = new Cleaner(spec);
    AtomicInteger rejected = new AtomicInteger();
    List<Arrival> arrivals = new ArrayList<>();
    for (LabelledScene scene : scenes) {
      Map<String, List<Observation>> kept = new LinkedHashMap<>();
      Map<String, List<Payload>> payloads = new LinkedHashMap<>();
      scene
          .observations()
          .forEach(
              (modality, observations) -> {
                for (Observation observation : observations) {
                  try {
                    Observation clean = cleaner.clean(observation);
                    Payload payload = data.blobs().resolve(clean.getPayload());
                    kept.computeIfAbsent(modality, m -> new ArrayList<>()).add(clean);
                    payloads.computeIfAbsent(modality, m -> new ArrayList<>()).add(payload);
                  } catch (InvalidObservationException e) {
                    rejected.incrementAndGet();
                  }
                }
              });
      if (!kept.isEmpty()) {
        arrivals.add(
            new Arrival(
                new LabelledScene(
                    scene.entity(),
                    scene.start(),
                    scene.end(),
                    scene.split(),
                    scene.labels(),
                    kept),
                payloads));
      }
    }
    return new Arrivals(arrivals, rejected.get());
  }

  /**
   * The answers, in the order of the scenes.
   *
   * @param rowwise whether every row is a call of its own
   */
  List<Answer> answer(List<Arrival> arrivals, boolean rowwise) {
    List<Map<String, List<Token>>> tokens = new ArrayList<>();
    arrivals.forEach(arrival -> tokens.add(new LinkedHashMap<>()));
    for (String modality : server.spec().modalities().keySet()) {
      List<TensorRow> rows = new ArrayList<>();
      List<int[]> owners = new ArrayList<>();
      for (int i = 0; i < arrivals.size(); i++) {
        List<Payload> payloads = arrivals.get(i).payloads().getOrDefault(modality, List.of());
        for (int k = 0; k < payloads.size(); k++) {
          rows.add(featurize(modality, payloads.get(k)));
          owners.add(new int[] {i, k});
        }
      }
      List<float[]> embeddings = new ArrayList<>();
      for (List<TensorRow> call : calls(rows, rowwise)) {
        server.encode(modality, call).forEach(result -> embeddings.add(served(result)));
      }
      for (int r = 0; r < embeddings.size(); r++) {
        int[] owner = owners.get(r);
        Observation observation = arrivals.get(owner[0]).observation(modality, owner[1]);
        tokens
            .get(owner[0])
            .computeIfAbsent(modality, m -> new ArrayList<>())
            .add(new Token(observation.getId(), observation.getTime(), embeddings.get(r)));
      }
    }
    List<TensorRow> scenes = new ArrayList<>();
    for (int i = 0; i < arrivals.size(); i++) {
      LabelledScene scene = arrivals.get(i).scene();
      scenes.add(server.sceneTensors().row(scene.start(), scene.end(), tokens.get(i)));
    }
    List<Answer> answers = new ArrayList<>();
    for (List<TensorRow> call : calls(scenes, rowwise)) {
      server.fuse(call).forEach(result -> answers.add(served(result)));
    }
    return answers;
  }

  private TensorRow featurize(String modality, Payload payload) {
    Featurizer featurizer = Objects.requireNonNull(server.featurizers().get(modality));
    try {
      return featurizer.featurize(payload);
    } catch (InvalidObservationException e) {
      throw new IllegalStateException(
          "modality '%s' of the data set cannot be featurized: %s"
              .formatted(modality, e.getMessage()),
          e);
    }
  }

  private static List<List<TensorRow>> calls(List<TensorRow> rows, boolean rowwise) {
    if (rows.isEmpty()) {
      return List.of();
    }
    return rowwise ? rows.stream().map(List::of).toList() : List.of(rows);
  }

  private static <T> T served(RowResult<T> result) {
    if (result instanceof RowResult.Served<T> served) {
      return served.value();
    }
    throw new IllegalStateException("a row was not served: " + result);
  }
}
