package dev.braid.training.trainer;

import dev.braid.metric.ClassificationScore;
import dev.braid.metric.RegressionScore;
import dev.braid.spec.Spec;
import dev.braid.spec.TaskSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a model gives of some scenes.
 *
 * @param outputs by task, for each scene logits or one standardised value
 * @param anomaly for each scene, the error of reconstruction
 * @param loss the sum of the tasks' plain losses
 */
record Predictions(Map<String, float[][]> outputs, float[] anomaly, double loss) {

  /** The scores by {@code task.measure}, given the temperatures of the classifications. */
  Map<String, Double> scores(
      Spec spec,
      List<TrainingData.Example> scenes,
      Map<String, Double> temperatures,
      Map<String, Losses.Scale> scales) {
    Map<String, Double> scores = new LinkedHashMap<>();
    evidence(spec, scenes, temperatures)
        .forEach(
            (name, evidence) -> {
              ClassificationScore score =
                  ClassificationScore.of(evidence.truth(), evidence.probabilities());
              scores.put(name + ".accuracy", score.accuracy());
              scores.put(name + ".macroF1", score.macroF1());
              scores.put(name + ".ece", score.ece());
            });
    for (Map.Entry<String, TaskSpec> task : spec.tasks().entrySet()) {
      int[] rows = labelled(scenes, task.getKey());
      if (task.getValue() instanceof TaskSpec.Regression && rows.length > 0) {
        String name = task.getKey();
        Losses.Scale scale = scales.getOrDefault(name, new Losses.Scale(0, 1));
        float[][] given = of(outputs, name);
        double[] truth = new double[rows.length];
        double[] values = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
          truth[i] = of(scenes.get(rows[i]).labels(), name).doubleValue();
          values[i] = given[rows[i]][0] * scale.deviation() + scale.mean();
        }
        RegressionScore score = RegressionScore.of(truth, values);
        scores.put(name + ".mae", score.mae());
        scores.put(name + ".rmse", score.rmse());
        scores.put(name + ".r2", score.r2());
      }
    }
    return scores;
  }

  /** The truth and the probabilities of every classification that any scene has a label of. */
  Map<String, TrainedModel.Evidence> evidence(
      Spec spec, List<TrainingData.Example> scenes, Map<String, Double> temperatures) {
    Map<String, TrainedModel.Evidence> evidence = new LinkedHashMap<>();
    spec.tasks()
        .forEach(
            (name, task) -> {
              int[] rows = labelled(scenes, name);
              if (task instanceof TaskSpec.Classification && rows.length > 0) {
                float[][] given = of(outputs, name);
                int[] truth = new int[rows.length];
                float[][] probabilities = new float[rows.length][];
                for (int i = 0; i < rows.length; i++) {
                  truth[i] = of(scenes.get(rows[i]).labels(), name).intValue();
                  probabilities[i] =
                      Calibration.softmax(given[rows[i]], temperatures.getOrDefault(name, 1.0));
                }
                evidence.put(name, new TrainedModel.Evidence(truth, probabilities));
              }
            });
    return evidence;
  }

  private static int[] labelled(List<TrainingData.Example> scenes, String task) {
    return IntStream.range(0, scenes.size())
        .filter(i -> scenes.get(i).labels().containsKey(task))
        .toArray();
  }

  private static <V> V of(Map<String, V> map, String name) {
    V value = map.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no task '" + name + "'");
    }
    return value;
  }
}
