package dev.braid.pipelines.evaluate;

import dev.braid.cleaning.Cleaner;
import dev.braid.dataset.Dataset;
import dev.braid.dataset.LabelledScene;
import dev.braid.dataset.Split;
import dev.braid.featurizer.Featurizer;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.scene.Answer;
import dev.braid.scene.Token;
import dev.braid.serving.ModelServer;
import dev.braid.serving.RowResult;
import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import dev.braid.spec.TaskSpec;
import dev.braid.tensor.TensorRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * Answers the labelled scenes of a data set with a served bundle, as a run over the same
 * observations does: every observation is cleaned, featurized and encoded once, however many
 * windows it lies in.
 */
public final class Evaluation {
  /** Scenes of whole entities that are worked on together, at least. */
  private static final int SCENES = 64;

  /** Rows of one modality that are held at once. */
  private static final int ROWS = 256;

  private final ModelServer server;
  private final Dataset data;
  private final EvaluationOptions options;
  private final Cleaner cleaner;

  /**
   * What came of it.
   *
   * @param scorer the answers, beside the truth
   * @param anomalies the bundle's anomaly score of every scene that was answered, in their order
   * @param unanswered scenes of which no observation could be used, or that the model refused
   * @param rejected one line for each observation that could not be used, and for each scene that
   *     the model refused
   */
  public record Result(
      Scorer scorer, List<SceneScore> anomalies, int unanswered, List<String> rejected) {}

  private record Answered(LabelledScene scene, Answer answer, List<String> present) {}

  private record Part(List<Answered> answered, int unanswered, List<String> rejected) {}

  private Evaluation(ModelServer server, Dataset data, EvaluationOptions options) {
    this.server = server;
    this.data = data;
    this.options = options;
    this.cleaner = new Cleaner(server.spec());
  }

  /**
   * Evaluates.
   *
   * @param progress is told how many scenes are done, from the calling thread
   * @throws IllegalArgumentException if the data set asks what the bundle does not answer: other
   *     modalities, tasks or windows; or if an option names a modality that is not there
   */
  public static Result run(
      ModelServer server, Dataset data, EvaluationOptions options, IntConsumer progress)
      throws InterruptedException {
    checkFit(server.spec(), data.spec());
    for (String modality : options.drop().keySet()) {
      if (!server.spec().modalities().containsKey(modality)) {
        throw new IllegalArgumentException(
            "no modality '%s' to drop; known: %s"
                .formatted(modality, server.spec().modalities().keySet()));
      }
    }
    return new Evaluation(server, data, options).run(progress);
  }

  /** The scenes of a part of the data set, or of all of it. */
  static List<LabelledScene> scenes(Dataset data, EvaluationOptions options) {
    Split split = options.split();
    return split == null ? data.scenes() : data.scenes(split);
  }

  private Result run(IntConsumer progress) throws InterruptedException {
    Scorer scorer = new Scorer(server.spec());
    List<SceneScore> anomalies = new ArrayList<>();
    List<String> rejected = new ArrayList<>(data.rejected());
    int unanswered = 0;
    int done = 0;
    ExecutorService executor = Executors.newFixedThreadPool(options.threads());
    try {
      List<List<LabelledScene>> parts = parts(scenes(data, options));
      List<Future<Part>> futures = new ArrayList<>();
      for (List<LabelledScene> part : parts) {
        futures.add(executor.submit(() -> answer(part)));
      }
      for (int i = 0; i < futures.size(); i++) {
        Part part = join(futures.get(i));
        for (Answered answered : part.answered()) {
          LabelledScene scene = answered.scene();
          scorer.add(scene.labels(), answered.answer(), answered.present());
          anomalies.add(
              new SceneScore(
                  scene.entity(), scene.start(), scene.end(), answered.answer().anomalyScore()));
        }
        unanswered += part.unanswered();
        rejected.addAll(part.rejected());
        done += parts.get(i).size();
        progress.accept(done);
      }
    } finally {
      executor.shutdownNow();
    }
    return new Result(scorer, List.copyOf(anomalies), unanswered, List.copyOf(rejected));
  }

  /** Scenes of one entity share observations, so they stay together. */
  private static List<List<LabelledScene>> parts(List<LabelledScene> scenes) {
    Map<String, List<LabelledScene>> byEntity =
        scenes.stream()
            .collect(
                Collectors.groupingBy(
                    LabelledScene::entity, LinkedHashMap::new, Collectors.toList()));
    List<List<LabelledScene>> parts = new ArrayList<>();
    List<LabelledScene> part = new ArrayList<>();
    for (List<LabelledScene> entity : byEntity.values()) {
      part.addAll(entity);
      if (part.size() >= SCENES) {
        parts.add(part);
        part = new ArrayList<>();
      }
    }
    if (!part.isEmpty()) {
      parts.add(part);
    }
    return parts;
  }

  private Part answer(List<LabelledScene> scenes) {
    List<String> rejected = new ArrayList<>();
    IdentityHashMap<Observation, float[]> embeddings = embed(scenes, rejected);
    List<LabelledScene> kept = new ArrayList<>();
    List<List<String>> present = new ArrayList<>();
    List<TensorRow> rows = new ArrayList<>();
    for (LabelledScene scene : scenes) {
      Map<String, List<Token>> tokens =
          options.keep(scene.entity() + "|" + scene.start(), tokens(scene, embeddings));
      if (!tokens.isEmpty()) {
        kept.add(scene);
        present.add(List.copyOf(tokens.keySet()));
        rows.add(server.sceneTensors().row(scene.start(), scene.end(), tokens));
      }
    }
    List<Answered> answered = new ArrayList<>();
    List<RowResult<Answer>> answers = server.fuse(rows);
    for (int i = 0; i < answers.size(); i++) {
      LabelledScene scene = kept.get(i);
      if (answers.get(i) instanceof RowResult.Served<Answer> served) {
        answered.add(new Answered(scene, served.value(), present.get(i)));
      } else if (answers.get(i) instanceof RowResult.Failed<Answer> failed) {
        rejected.add("scene %s|%s: %s".formatted(scene.entity(), scene.end(), failed.reason()));
      }
    }
    return new Part(answered, scenes.size() - answered.size(), rejected);
  }

  private static Map<String, List<Token>> tokens(
      LabelledScene scene, IdentityHashMap<Observation, float[]> embeddings) {
    Map<String, List<Token>> tokens = new LinkedHashMap<>();
    scene
        .observations()
        .forEach(
            (modality, observations) -> {
              List<Token> list = new ArrayList<>();
              for (Observation observation : observations) {
                float[] embedding = embeddings.get(observation);
                if (embedding != null) {
                  list.add(new Token(observation.getId(), observation.getTime(), embedding));
                }
              }
              if (!list.isEmpty()) {
                tokens.put(modality, list);
              }
            });
    return tokens;
  }

  /** The embedding of every observation of the scenes, by identity. */
  private IdentityHashMap<Observation, float[]> embed(
      List<LabelledScene> scenes, List<String> rejected) {
    IdentityHashMap<Observation, float[]> embeddings = new IdentityHashMap<>();
    for (String modality : server.spec().modalities().keySet()) {
      Set<Observation> seen = Collections.newSetFromMap(new IdentityHashMap<>());
      List<Observation> batch = new ArrayList<>();
      for (LabelledScene scene : scenes) {
        for (Observation observation : scene.observations().getOrDefault(modality, List.of())) {
          if (seen.add(observation)) {
            batch.add(observation);
            if (batch.size() == ROWS) {
              embed(modality, batch, embeddings, rejected);
              batch.clear();
            }
          }
        }
      }
      embed(modality, batch, embeddings, rejected);
    }
    return embeddings;
  }

  private void embed(
      String modality,
      List<Observation> observations,
      IdentityHashMap<Observation, float[]> embeddings,
      List<String> rejected) {
    Featurizer featurizer = Objects.requireNonNull(server.featurizers().get(modality));
    List<Observation> sound = new ArrayList<>();
    List<TensorRow> rows = new ArrayList<>();
    for (Observation observation : observations) {
      try {
        Observation clean = cleaner.clean(observation);
        rows.add(featurizer.featurize(data.blobs().resolve(clean.getPayload())));
        sound.add(observation);
      } catch (InvalidObservationException e) {
        rejected.add(describe(observation, String.valueOf(e.getMessage())));
      }
    }
    List<RowResult<float[]>> results = server.encode(modality, rows);
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i) instanceof RowResult.Served<float[]> served) {
        embeddings.put(sound.get(i), served.value());
      } else if (results.get(i) instanceof RowResult.Failed<float[]> failed) {
        rejected.add(describe(sound.get(i), failed.reason()));
      }
    }
  }

  private static String describe(Observation observation, String reason) {
    return "%s %s of %s: %s"
        .formatted(observation.getModality(), observation.getId(), observation.getEntity(), reason);
  }

  private static <T> T join(Future<T> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      } else if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static void checkFit(Spec bundle, Spec data) {
    data.modalities()
        .forEach(
            (name, modality) -> {
              ModalitySpec known = bundle.modalities().get(name);
              // Whose the encoder is, and how long a modality is waited for, changes nothing in
              // what is observed.
              if (known == null || !modality.observed().equals(known.observed())) {
                throw new IllegalArgumentException(
                    "the data set has the modality '%s' as %s, but the bundle has it as %s"
                        .formatted(name, modality, known == null ? "nothing" : known));
              }
            });
    data.tasks()
        .forEach(
            (name, task) -> {
              TaskSpec known = bundle.tasks().get(name);
              if (!task.equals(known)) {
                throw new IllegalArgumentException(
                    "the data set has the task '%s' as %s, but the bundle has it as %s"
                        .formatted(name, task, known == null ? "nothing" : known));
              }
            });
    Duration asked = data.timeWindow("a data set").size();
    Duration answered = bundle.timeWindow("braid evaluate").size();
    if (!answered.equals(asked)) {
      throw new IllegalArgumentException(
          "the data set has windows of %s, but the bundle answers windows of %s"
              .formatted(asked, answered));
    }
  }
}
