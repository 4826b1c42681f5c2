package dev.braid.training.trainer;

import dev.braid.spec.Spec;
import dev.braid.spec.TaskSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is fitted on the validation scenes once the weights are fixed.
 *
 * @param temperatures by classification, what its logits are divided by (Guo et al., 2017)
 * @param anomalyThreshold the spec's quantile of the anomaly scores
 */
record Calibration(Map<String, Double> temperatures, double anomalyThreshold) {
  private static final double COLDEST = Math.log(0.2);
  private static final double HOTTEST = Math.log(10);
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  static Calibration fit(Spec spec, List<TrainingData.Example> scenes, Predictions predictions) {
    Map<String, Double> temperatures = new LinkedHashMap<>();
    spec.tasks()
        .forEach(
            (name, task) -> {
              float[][] logits = predictions.outputs().get(name);
              if (task instanceof TaskSpec.Classification && logits != null) {
                temperatures.put(name, temperature(name, scenes, logits, 0));
              }
            });
    float[] scores = predictions.anomaly().clone();
    Arrays.sort(scores);
    int at = (int) Math.ceil(spec.anomalyQuantile() * scores.length) - 1;
    return new Calibration(temperatures, scores[Math.max(0, at)]);
  }

  /** Probabilities of one row of logits. */
  static float[] softmax(float[] logits, double temperature) {
    double most = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      most = Math.max(most, logit);
    }
    double sum = 0;
    double[] powers = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      powers[i] = Math.exp((logits[i] - most) / temperature);
      sum += powers[i];
    }
    float[] probabilities = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = (float) (powers[i] / sum);
    }
    return probabilities;
  }

  /**
   * The temperature of the least negative log likelihood, by golden section over its logarithm.
   *
   * @param noise the share of labels that have nothing to do with the logits
   */
  static double temperature(
      String task, List<TrainingData.Example> scenes, float[][] logits, double noise) {
    double low = COLDEST;
    double high = HOTTEST;
    for (int i = 0; i < 40; i++) {
      double left = high - GOLDEN * (high - low);
      double right = low + GOLDEN * (high - low);
      if (likelihood(task, scenes, logits, Math.exp(left), noise)
          < likelihood(task, scenes, logits, Math.exp(right), noise)) {
        high = right;
      } else {
        low = left;
      }
    }
    return Math.exp((low + high) / 2);
  }

  private static double likelihood(
      String task,
      List<TrainingData.Example> scenes,
      float[][] logits,
      double temperature,
      double noise) {
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      Number label = scenes.get(i).labels().get(task);
      if (label != null) {
        float right = softmax(logits[i], temperature)[label.intValue()];
        sum -= Math.log(Math.max(1e-12, (1 - noise) * right + noise / logits[i].length));
      }
    }
    return sum;
  }
}
