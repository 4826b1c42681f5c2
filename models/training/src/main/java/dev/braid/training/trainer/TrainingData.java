package dev.braid.training.trainer;

import dev.braid.dataset.Dataset;
import dev.braid.dataset.FittedFeaturizers;
import dev.braid.dataset.LabelledScene;
import dev.braid.dataset.Split;
import dev.braid.featurizer.Featurizer;
import dev.braid.observation.Blobs;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import dev.braid.scene.SceneTensors;
import dev.braid.scene.TokenOrder;
import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import dev.braid.spec.TaskSpec;
import dev.braid.tensor.TensorRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A data set as rows: every observation featurized once, and every scene as indices into those
 * rows. Immutable after {@link #load}.
 */
public final class TrainingData {
  private final Spec spec;
  private final Map<String, Featurizer> featurizers = new LinkedHashMap<>();
  private final Map<String, List<TensorRow>> rows = new LinkedHashMap<>();
  private final Map<Split, List<Example>> examples = new EnumMap<>(Split.class);
  private final List<String> rejected = new ArrayList<>();

  /**
   * One scene.
   *
   * @param tokens by modality that is present, the rows of its tokens in order
   * @param labels by task, the index of the label (Integer) or a number (Double)
   */
  public record Example(
      String entity, long start, Map<String, Tokens> tokens, Map<String, Number> labels) {}

  /** Rows and, for each, where in the window it lies, 0 to 1. */
  public record Tokens(int[] rows, float[] positions) {}

  private TrainingData(Spec spec) {
    this.spec = spec;
  }

  /** The same with featurizers that are fitted here. */
  public static TrainingData load(Dataset dataset) {
    return load(dataset, FittedFeaturizers.fit(dataset.spec(), dataset.directory()));
  }

  /**
   * Featurizes every observation that a labelled scene holds.
   *
   * @param featurizers by modality, fitted on the training part alone; where the spec brings the
   *     encoder, with that encoder behind it
   * @throws dev.braid.dataset.InvalidDatasetException if nothing is left to train or validate on
   */
  public static TrainingData load(Dataset dataset, Map<String, Featurizer> featurizers) {
    TrainingData data = new TrainingData(dataset.spec());
    data.featurizers.putAll(featurizers);
    data.rejected.addAll(dataset.rejected());
    Map<Observation, Payload> payloads = data.resolve(dataset);
    Map<Observation, Integer> rowOf = data.featurize(dataset, payloads);
    for (Split split : Split.values()) {
      data.examples.put(split, data.examples(dataset.scenes(split), rowOf));
    }
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
      if (data.examples(split).isEmpty()) {
        throw new dev.braid.dataset.InvalidDatasetException(
            "the data set has no usable %s scene; splits.jsonl or more entities would give some"
                .formatted(split.label()));
      }
    }
    return data;
  }

  public Spec spec() {
    return spec;
  }

  /** The fitted featurizers by modality. */
  public Map<String, Featurizer> featurizers() {
    return Collections.unmodifiableMap(featurizers);
  }

  /** The rows of a modality; empty where the data set has none of it. */
  public List<TensorRow> rows(String modality) {
    List<TensorRow> all = rows.get(modality);
    return all == null ? List.of() : all;
  }

  /** The scenes of one part, by entity and start. */
  public List<Example> examples(Split split) {
    List<Example> part = examples.get(split);
    return part == null ? List.of() : part;
  }

  /** The part that a finished model is judged by: the test scenes, or without any, validation. */
  public Split judge() {
    return examples(Split.TEST).isEmpty() ? Split.VALIDATION : Split.TEST;
  }

  /** The rows of a modality that the scenes of a part hold, in ascending order. */
  List<Integer> rows(String modality, Split split) {
    TreeSet<Integer> chosen = new TreeSet<>();
    for (Example example : examples(split)) {
      Tokens tokens = example.tokens().get(modality);
      for (int i = 0; tokens != null && i < tokens.rows().length; i++) {
        chosen.add(tokens.rows()[i]);
      }
    }
    return List.copyOf(chosen);
  }

  /** One line for each observation that could not be used. */
  public List<String> rejected() {
    return Collections.unmodifiableList(rejected);
  }

  private Map<Observation, Payload> resolve(Dataset dataset) {
    Blobs blobs = dataset.blobs();
    Map<Observation, Payload> payloads = new IdentityHashMap<>();
    for (LabelledScene scene : dataset.scenes()) {
      scene
          .observations()
          .values()
          .forEach(
              list ->
                  list.forEach(
                      observation -> {
                        if (!payloads.containsKey(observation)) {
                          try {
                            payloads.put(observation, blobs.resolve(observation.getPayload()));
                          } catch (InvalidObservationException e) {
                            reject(observation, e);
                          }
                        }
                      }));
    }
    return payloads;
  }

  private Map<Observation, Integer> featurize(Dataset dataset, Map<Observation, Payload> payloads) {
    Map<Observation, Integer> rowOf = new IdentityHashMap<>();
    for (LabelledScene scene : dataset.scenes()) {
      scene
          .observations()
          .forEach((modality, list) -> list.forEach(o -> featurize(modality, o, payloads, rowOf)));
    }
    return rowOf;
  }

  private void featurize(
      String modality,
      Observation observation,
      Map<Observation, Payload> payloads,
      Map<Observation, Integer> rowOf) {
    // Taken out, so that the bytes of an image do not outlive its pixels.
    Payload payload = payloads.remove(observation);
    Featurizer featurizer = featurizers.get(modality);
    if (payload == null || featurizer == null) {
      return;
    }
    try {
      TensorRow row = featurizer.featurize(payload);
      List<TensorRow> all = rows.computeIfAbsent(modality, m -> new ArrayList<>());
      rowOf.put(observation, all.size());
      all.add(row);
    } catch (InvalidObservationException e) {
      reject(observation, e);
    }
  }

  private void reject(Observation observation, InvalidObservationException e) {
    rejected.add(
        "%s '%s' of '%s': %s"
            .formatted(
                observation.getModality(),
                observation.getId(),
                observation.getEntity(),
                e.getMessage()));
  }

  private List<Example> examples(List<LabelledScene> scenes, Map<Observation, Integer> rowOf) {
    List<Example> list = new ArrayList<>();
    for (LabelledScene scene : scenes) {
      Map<String, Tokens> tokens = new LinkedHashMap<>();
      scene
          .observations()
          .forEach(
              (modality, observations) -> {
                List<Observation> usable =
                    TokenOrder.select(
                        observations.stream().filter(rowOf::containsKey).toList(),
                        Observation::getTime,
                        Observation::getId,
                        tokens(modality));
                if (!usable.isEmpty()) {
                  tokens.put(modality, tokens(scene, usable, rowOf));
                }
              });
      if (!tokens.isEmpty()) {
        list.add(
            new Example(
                scene.entity(), scene.start().toEpochMilli(), tokens, labels(scene.labels())));
      }
    }
    return List.copyOf(list);
  }

  private int tokens(String modality) {
    ModalitySpec modalitySpec = spec.modalities().get(modality);
    if (modalitySpec == null) {
      throw new IllegalArgumentException("no modality '" + modality + "'");
    }
    return modalitySpec.tokens();
  }

  private Tokens tokens(
      LabelledScene scene, List<Observation> usable, Map<Observation, Integer> rowOf) {
    int[] indices = new int[usable.size()];
    float[] positions = new float[indices.length];
    for (int i = 0; i < indices.length; i++) {
      Integer row = rowOf.get(usable.get(i));
      indices[i] = row == null ? -1 : row;
      positions[i] = SceneTensors.position(spec, scene.start(), usable.get(i).getTime());
    }
    return new Tokens(indices, positions);
  }

  private Map<String, Number> labels(Map<String, Object> values) {
    Map<String, Number> labels = new LinkedHashMap<>();
    spec.tasks()
        .forEach(
            (name, task) -> {
              Number label = label(task, values.get(name));
              if (label != null) {
                labels.put(name, label);
              }
            });
    return labels;
  }

  private static @Nullable Number label(TaskSpec task, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    return task instanceof TaskSpec.Classification classification
        ? (Number) classification.labels().indexOf(value.toString())
        : (Number) value;
  }
}
