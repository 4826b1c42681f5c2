package dev.braid.training.trainer;

import dev.braid.metric.ClassificationScore;
import dev.braid.metric.RegressionScore;
import dev.braid.spec.Spec;
import dev.braid.spec.TaskSpec;
import dev.braid.training.fusion.FusionNet;
import dev.braid.training.graph.Tensors;
import dev.braid.training.graph.TorchOps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * What a model gives of some scenes.
 *
 * @param outputs by task, for each scene logits or one standardised value
 * @param anomaly for each scene, how far it lies from those of training
 * @param attention for each scene, the share of each modality
 * @param loss the sum of the tasks' plain losses
 */
record Predictions(
    Map<String, float[][]> outputs, float[] anomaly, float[][] attention, double loss) {

  private static final int BATCH = 128;

  /** Runs a model, which is not in training, over scenes. */
  static Predictions of(
      Model model,
      TrainingData data,
      Losses losses,
      List<TrainingData.Example> scenes,
      Function<TorchOps, Embedder> embedder) {
    Spec spec = data.spec();
    Map<String, List<float[]>> outputs = new LinkedHashMap<>();
    spec.tasks().keySet().forEach(task -> outputs.put(task, new ArrayList<>()));
    float[] anomaly = new float[scenes.size()];
    float[][] attention = new float[scenes.size()][];
    double[] loss = new double[1];
    for (int i = 0; i < scenes.size(); i += BATCH) {
      List<TrainingData.Example> part = scenes.subList(i, Math.min(scenes.size(), i + BATCH));
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        TorchOps ops = new TorchOps(model.parameters(), false);
        SceneBatch batch = SceneBatch.of(spec, part, null);
        Map<String, Tensor> encoded = model.encode(batch, embedder.apply(ops));
        FusionNet.Result<Tensor> result =
            model.fusion().forward(ops, model.tokens(batch, false, encoded));
        float[] errors = Tensors.floats(model.fusion().novelty(ops, result));
        System.arraycopy(errors, 0, anomaly, i, errors.length);
        float[][] shares = Tensors.rows(result.attention());
        System.arraycopy(shares, 0, attention, i, shares.length);
        for (Map.Entry<String, TaskSpec> task : spec.tasks().entrySet()) {
          Tensor logits = of(result.tasks(), task.getKey());
          of(outputs, task.getKey()).addAll(Arrays.asList(Tensors.rows(logits)));
          Tensor value = losses.task(part, task.getKey(), task.getValue(), logits);
          loss[0] += value == null ? 0 : value.item_float() * part.size() / scenes.size();
        }
      }
    }
    Map<String, float[][]> arrays = new LinkedHashMap<>();
    outputs.forEach((task, rows) -> arrays.put(task, rows.toArray(float[][]::new)));
    return new Predictions(arrays, anomaly, attention, loss[0]);
  }

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
