package dev.braid.training.trainer;

import dev.braid.dataset.Dataset;
import dev.braid.dataset.FittedFeaturizers;
import dev.braid.dataset.InvalidDatasetException;
import dev.braid.dataset.LabelledScene;
import dev.braid.dataset.ScratchFile;
import dev.braid.dataset.Split;
import dev.braid.featurizer.Featurizer;
import dev.braid.observation.Blobs;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.scene.SceneTensors;
import dev.braid.scene.TokenOrder;
import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import dev.braid.spec.TaskSpec;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A data set as rows: every observation featurized once, and every scene as indices into those
 * rows. The rows lie on disk, scenes and indices in memory. Immutable after {@link #load}, safe for
 * several threads; owns its files until {@link #close}.
 */
public final class TrainingData implements AutoCloseable {
  /** In place of a row, for an observation that has none. */
  private static final int NONE = -1;

  private final Spec spec;
  private final String digest;
  private final Path scratch;
  private final Map<String, Featurizer> featurizers = new LinkedHashMap<>();
  private final Map<String, RowStore> rows = new LinkedHashMap<>();
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

  @Override
  public void close() {
    rows.values().forEach(RowStore::close);
  }

  private TrainingData(Spec spec, String digest, Path scratch) {
    this.spec = spec;
    this.digest = digest;
    this.scratch = scratch;
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
    return load(dataset, featurizers, ScratchFile.defaultDirectory());
  }

  /**
   * The same, with the rows in files below {@code scratch}.
   *
   * @throws java.io.UncheckedIOException if {@code scratch} cannot be written or is full
   */
  public static TrainingData load(
      Dataset dataset, Map<String, Featurizer> featurizers, Path scratch) {
    TrainingData data = new TrainingData(dataset.spec(), dataset.digest(), scratch);
    try {
      data.fill(dataset, featurizers);
      return data;
    } catch (RuntimeException | Error e) {
      data.close();
      throw e;
    }
  }

  private void fill(Dataset dataset, Map<String, Featurizer> fitted) {
    rejected.addAll(dataset.rejected());
    featurizers.putAll(fitted);
    featurizers.forEach(
        (modality, featurizer) -> rows.put(modality, new RowStore(featurizer.inputs(), scratch)));
    Map<Observation, Integer> rowOf = featurize(dataset);
    for (Split split : Split.values()) {
      examples.put(split, examples(dataset.scenes(split), rowOf));
    }
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
      if (examples(split).isEmpty()) {
        throw new InvalidDatasetException(
            "the data set has no usable %s scene; splits.jsonl or more entities would give some"
                .formatted(split.label()));
      }
    }
  }

  public Spec spec() {
    return spec;
  }

  /** The digest of the data set. */
  public String digest() {
    return digest;
  }

  /** The fitted featurizers by modality. */
  public Map<String, Featurizer> featurizers() {
    return Collections.unmodifiableMap(featurizers);
  }

  /**
   * The rows of a modality, to be read until this is closed; each reading costs a copy from disk.
   * Empty where the data set has none of it.
   */
  public List<TensorRow> rows(String modality) {
    RowStore all = rows.get(modality);
    return all == null ? List.of() : Collections.unmodifiableList(all);
  }

  /** Bytes of all rows on disk. */
  public long rowBytes() {
    return rows.values().stream().mapToLong(RowStore::bytes).sum();
  }

  /** The scenes of one part, by entity and start. */
  public List<Example> examples(Split split) {
    List<Example> part = examples.get(split);
    return part == null ? List.of() : part;
  }

  /** The rows of a modality that the training scenes hold, each read when it is asked for. */
  List<TensorRow> trainingRows(String modality) {
    List<Integer> chosen = rows(modality, Split.TRAIN);
    List<TensorRow> all = rows(modality);
    return new AbstractList<>() {
      @Override
      public TensorRow get(int index) {
        return all.get(chosen.get(index));
      }

      @Override
      public int size() {
        return chosen.size();
      }
    };
  }

  /** An empty file for further rows, where those of the data set lie. */
  RowStore furtherRows(List<TensorSpec> columns) {
    return new RowStore(columns, scratch);
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

  /** The row of each observation, or {@link #NONE}. */
  private Map<Observation, Integer> featurize(Dataset dataset) {
    Blobs blobs = dataset.blobs();
    Map<Observation, Integer> rowOf = new IdentityHashMap<>();
    for (LabelledScene scene : dataset.scenes()) {
      scene
          .observations()
          .forEach(
              (modality, list) ->
                  list.forEach(
                      observation ->
                          rowOf.computeIfAbsent(observation, o -> featurize(blobs, modality, o))));
    }
    return rowOf;
  }

  private int featurize(Blobs blobs, String modality, Observation observation) {
    Featurizer featurizer = featurizers.get(modality);
    RowStore all = rows.get(modality);
    if (featurizer == null || all == null) {
      throw new IllegalArgumentException("no modality '" + modality + "'");
    }
    try {
      all.add(featurizer.featurize(blobs.resolve(observation.getPayload())));
      return all.size() - 1;
    } catch (InvalidObservationException e) {
      reject(observation, e);
      return NONE;
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
    // Most scenes have the labels of another one, and there may be millions of them.
    Map<Map<String, Number>, Map<String, Number>> distinct = new HashMap<>();
    for (LabelledScene scene : scenes) {
      Map<String, Tokens> tokens = new LinkedHashMap<>(2 * scene.observations().size());
      scene
          .observations()
          .forEach(
              (modality, observations) -> {
                List<Observation> usable =
                    TokenOrder.select(
                        observations.stream().filter(o -> row(rowOf, o) != NONE).toList(),
                        Observation::getTime,
                        Observation::getId,
                        tokens(modality));
                if (!usable.isEmpty()) {
                  tokens.put(modality, tokens(scene, usable, rowOf));
                }
              });
      if (!tokens.isEmpty()) {
        Map<String, Number> labels = labels(scene.labels());
        list.add(
            new Example(
                scene.entity(),
                scene.start().toEpochMilli(),
                tokens,
                distinct.computeIfAbsent(labels, l -> l)));
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
      indices[i] = row(rowOf, usable.get(i));
      positions[i] = SceneTensors.position(scene.start(), scene.end(), usable.get(i).getTime());
    }
    return new Tokens(indices, positions);
  }

  private static int row(Map<Observation, Integer> rowOf, Observation observation) {
    Integer row = rowOf.get(observation);
    return row == null ? NONE : row;
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
