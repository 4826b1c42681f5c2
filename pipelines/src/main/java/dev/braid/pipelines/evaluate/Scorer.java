package dev.braid.pipelines.evaluate;

import dev.braid.metric.ClassificationScore;
import dev.braid.metric.RegressionScore;
import dev.braid.scene.Answer;
import dev.braid.spec.Spec;
import dev.braid.spec.TaskSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects answers and the truth about the same scenes, and scores them. Not thread-safe. */
public final class Scorer {
  private final Spec spec;
  private final Map<String, List<Object>> truths = new LinkedHashMap<>();
  private final Map<String, List<float[]>> values = new LinkedHashMap<>();
  private final Map<String, Integer> present = new LinkedHashMap<>();
  private int scenes;

  /** A scorer of the tasks of {@code spec}. */
  public Scorer(Spec spec) {
    this.spec = spec;
    for (String task : spec.tasks().keySet()) {
      truths.put(task, new ArrayList<>());
      values.put(task, new ArrayList<>());
    }
    spec.modalities().keySet().forEach(modality -> present.put(modality, 0));
  }

  /**
   * Adds one scene.
   *
   * @param labels the truth by task, a label (String) or a number (Double); a task without one is
   *     not scored for this scene
   * @param answer what the bundle says
   * @param modalities those that the scene has
   * @throws IllegalArgumentException if a label is not one of its task, or the answer lacks a task
   */
  public void add(Map<String, Object> labels, Answer answer, Collection<String> modalities) {
    scenes++;
    for (String modality : modalities) {
      present.computeIfPresent(modality, (name, count) -> count + 1);
    }
    for (Map.Entry<String, TaskSpec> task : spec.tasks().entrySet()) {
      Object truth = labels.get(task.getKey());
      Answer.TaskAnswer given = answer.tasks().get(task.getKey());
      if (truth == null) {
        continue;
      }
      List<Object> taskTruths = list(truths, task.getKey());
      List<float[]> taskValues = list(values, task.getKey());
      if (task.getValue() instanceof TaskSpec.Classification classification
          && given instanceof Answer.Classified classified) {
        int label = classification.labels().indexOf(truth.toString());
        if (label < 0) {
          throw new IllegalArgumentException(
              "'%s' is not one of the labels %s of '%s'"
                  .formatted(truth, classification.labels(), task.getKey()));
        }
        float[] probabilities = new float[classification.labels().size()];
        for (int i = 0; i < probabilities.length; i++) {
          probabilities[i] =
              classified.probabilities().getOrDefault(classification.labels().get(i), 0f);
        }
        taskTruths.add(label);
        taskValues.add(probabilities);
      } else if (task.getValue() instanceof TaskSpec.Regression
          && given instanceof Answer.Estimated estimated
          && truth instanceof Number number) {
        taskTruths.add(number.doubleValue());
        taskValues.add(new float[] {estimated.value()});
      } else {
        throw new IllegalArgumentException(
            "the answer to '%s' cannot be held to the truth '%s'".formatted(task.getKey(), truth));
      }
    }
  }

  /** Scenes that were added. */
  public int scenes() {
    return scenes;
  }

  /** The share of scenes that have a modality, 0 to 1, by modality in the order of the spec. */
  public Map<String, Double> present() {
    Map<String, Double> shares = new LinkedHashMap<>();
    present.forEach((name, count) -> shares.put(name, scenes == 0 ? 0 : (double) count / scenes));
    return shares;
  }

  /**
   * The scores by task, in the order of the spec; a task without any truth has none. Each is
   * accuracy, macroF1 and ece of a classification, or mae, rmse and r2 of a regression.
   */
  public Map<String, Map<String, Double>> tasks() {
    Map<String, Map<String, Double>> scores = new LinkedHashMap<>();
    spec.tasks()
        .forEach(
            (name, task) -> {
              List<Object> truth = list(truths, name);
              if (!truth.isEmpty()) {
                scores.put(
                    name,
                    task instanceof TaskSpec.Classification
                        ? classification(truth, list(values, name))
                        : regression(truth, list(values, name)));
              }
            });
    return scores;
  }

  private static Map<String, Double> classification(List<Object> truth, List<float[]> values) {
    ClassificationScore score =
        ClassificationScore.of(
            truth.stream().mapToInt(label -> (Integer) label).toArray(),
            values.toArray(float[][]::new));
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put("accuracy", score.accuracy());
    scores.put("macroF1", score.macroF1());
    scores.put("ece", score.ece());
    return scores;
  }

  private static Map<String, Double> regression(List<Object> truth, List<float[]> values) {
    RegressionScore score =
        RegressionScore.of(
            truth.stream().mapToDouble(value -> (Double) value).toArray(),
            values.stream().mapToDouble(value -> value[0]).toArray());
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put("mae", score.mae());
    scores.put("rmse", score.rmse());
    scores.put("r2", score.r2());
    return scores;
  }

  private static <T> List<T> list(Map<String, List<T>> lists, String task) {
    List<T> list = lists.get(task);
    if (list == null) {
      throw new IllegalStateException(task);
    }
    return list;
  }
}
