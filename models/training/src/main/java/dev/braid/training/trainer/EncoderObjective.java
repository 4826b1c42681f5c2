package dev.braid.training.trainer;

import dev.braid.dataset.Split;
import dev.braid.metric.ClassificationScore;
import dev.braid.spec.TaskSpec;
import dev.braid.training.fusion.FusionNet;
import dev.braid.training.graph.Tensors;
import dev.braid.training.graph.TorchOps;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Each modality answers the tasks alone. Encoders that learn this way are not starved by whichever
 * modality learns fastest (Peng et al., Balanced Multimodal Learning, 2022), and every variant of
 * fusion can build on the same ones.
 */
final class EncoderObjective implements Stage.Objective {
  private static final int BATCH = 128;

  /** The share of a guess's loss above which a modality tells nothing. */
  private static final double TELLING = 0.99;

  private final Model model;
  private final TrainingData data;
  private final Losses losses;
  private final Augmentation augmentation;
  private final Start start;
  private final Map<String, Double> priors = new LinkedHashMap<>();
  private Map<String, Set<String>> guessed = Map.of();

  EncoderObjective(
      Model model, TrainingData data, Losses losses, Augmentation augmentation, Start start) {
    this.model = model;
    this.data = data;
    this.losses = losses;
    this.augmentation = augmentation;
    this.start = start;
    data.spec()
        .tasks()
        .forEach(
            (name, task) -> priors.put(name, prior(data.examples(Split.VALIDATION), name, task)));
  }

  @Override
  public boolean trains(String parameter) {
    return model.isUnimodal(parameter, null);
  }

  /** The parts that are judged apart: one for each modality. */
  Map<String, Predicate<String>> parts() {
    Map<String, Predicate<String>> parts = new LinkedHashMap<>();
    for (String modality : data.spec().modalities().keySet()) {
      parts.put(modality, parameter -> model.isUnimodal(parameter, modality));
    }
    return parts;
  }

  @Override
  public Tensor loss(List<TrainingData.Example> scenes) {
    TorchOps ops = new TorchOps(model.parameters(), true);
    SceneBatch batch = SceneBatch.of(data.spec(), scenes, null);
    Tensor loss = losses.unimodal(ops, batch, targets(ops, batch, augmentation), guessed);
    for (String name : start.sparse()) {
      loss = loss.add(ops.parameter(name).abs().sum().mul(new Scalar(start.sparsity())));
    }
    return loss;
  }

  /**
   * Judges each modality by the sum of its tasks' losses. A task that it cannot tell counts as a
   * guess, and shapes its encoder no further as long as that is so: an encoder that learns by heart
   * what it cannot see is worse at what it can.
   */
  @Override
  public Stage.Judgement judge() {
    Map<String, Double> sums = new LinkedHashMap<>();
    Map<String, Double> scores = new LinkedHashMap<>();
    Map<String, Set<String>> blind = new LinkedHashMap<>();
    answers(data.examples(Split.VALIDATION))
        .forEach(
            (modality, answers) -> {
              double sum = 0;
              for (Map.Entry<String, float[][]> answer : answers.logits().entrySet()) {
                String task = answer.getKey();
                double prior = priors.getOrDefault(task, 0.0);
                double loss = loss(modality, task, answers.scenes(), answer.getValue());
                if (loss > TELLING * prior) {
                  blind.computeIfAbsent(modality, m -> new HashSet<>()).add(task);
                }
                sum += Math.min(loss, prior);
                score(modality, task, answers.scenes(), answer.getValue(), scores);
              }
              sums.put(modality, sum);
            });
    guessed = blind;
    return new Stage.Judgement(sums, scores);
  }

  private double loss(
      String modality, String task, List<TrainingData.Example> scenes, float[][] answers) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor loss = losses.own(modality, task, Tensors.matrix(answers), scenes);
      return loss == null ? 0 : loss.item_float();
    }
  }

  /** The loss of who knows how often each label occurs, and no more. */
  private static double prior(List<TrainingData.Example> scenes, String name, TaskSpec task) {
    if (!(task instanceof TaskSpec.Classification)) {
      // Of a standardised value, the variance.
      return 1;
    }
    Map<Number, Integer> counts = new LinkedHashMap<>();
    scenes.forEach(
        scene -> {
          Number label = scene.labels().get(name);
          if (label != null) {
            counts.merge(label, 1, Integer::sum);
          }
        });
    double all = counts.values().stream().mapToInt(Integer::intValue).sum();
    return counts.values().stream().mapToDouble(n -> -n / all * Math.log(n / all)).sum();
  }

  /** Divides the logits of every modality's own answers by the temperature that they lack. */
  void calibrate() {
    answers(data.examples(Split.VALIDATION))
        .forEach(
            (modality, answers) ->
                answers
                    .logits()
                    .forEach(
                        (task, logits) -> {
                          if (data.spec().tasks().get(task) instanceof TaskSpec.Classification) {
                            double temperature =
                                Calibration.temperature(
                                    task, answers.scenes(), logits, losses.noise(modality, task));
                            scale(FusionNet.alone(modality, task), 1 / temperature);
                          }
                        }));
  }

  private record Answers(List<TrainingData.Example> scenes, Map<String, float[][]> logits) {}

  /** By modality, the scenes that have it and what it answers to each task. */
  private Map<String, Answers> answers(List<TrainingData.Example> scenes) {
    Map<String, Answers> all = new LinkedHashMap<>();
    for (String modality : data.spec().modalities().keySet()) {
      List<TrainingData.Example> having =
          scenes.stream().filter(scene -> scene.tokens().containsKey(modality)).toList();
      Map<String, List<float[]>> rows = new LinkedHashMap<>();
      for (int i = 0; i < having.size(); i += BATCH) {
        List<TrainingData.Example> part = having.subList(i, Math.min(having.size(), i + BATCH));
        try (PointerScope scope = new PointerScope();
            NoGradGuard guard = new NoGradGuard()) {
          TorchOps ops = new TorchOps(model.parameters(), false);
          SceneBatch batch = SceneBatch.of(data.spec(), part, null).only(modality);
          Tensor target = Objects.requireNonNull(targets(ops, batch, null).get(modality));
          model
              .fusion()
              .alone(ops, modality, target)
              .forEach(
                  (task, logits) ->
                      rows.computeIfAbsent(task, t -> new ArrayList<>())
                          .addAll(List.of(Tensors.rows(logits))));
        }
      }
      Map<String, float[][]> logits = new LinkedHashMap<>();
      rows.forEach((task, list) -> logits.put(task, list.toArray(float[][]::new)));
      all.put(modality, new Answers(having, logits));
    }
    return all;
  }

  private Map<String, Tensor> targets(
      TorchOps ops, SceneBatch batch, @org.jspecify.annotations.Nullable Augmentation changes) {
    Map<String, Tensor> encoded =
        model.encode(
            batch,
            changes == null
                ? new RowEncoder(model, ops, data)
                : RowEncoder.augmented(model, ops, data, changes));
    return model.fusion().targets(ops, model.tokens(batch, false, encoded));
  }

  private void score(
      String modality,
      String task,
      List<TrainingData.Example> scenes,
      float[][] logits,
      Map<String, Double> scores) {
    if (!(data.spec().tasks().get(task) instanceof TaskSpec.Classification)) {
      return;
    }
    List<Integer> truth = new ArrayList<>();
    List<float[]> probabilities = new ArrayList<>();
    for (int i = 0; i < logits.length; i++) {
      Number label = scenes.get(i).labels().get(task);
      if (label != null) {
        truth.add(label.intValue());
        probabilities.add(Calibration.softmax(logits[i], 1));
      }
    }
    if (!truth.isEmpty()) {
      scores.put(
          modality + "." + task + ".accuracy",
          ClassificationScore.of(
                  truth.stream().mapToInt(Integer::intValue).toArray(),
                  probabilities.toArray(float[][]::new))
              .accuracy());
    }
  }

  private void scale(String layer, double factor) {
    try (NoGradGuard guard = new NoGradGuard();
        Scalar scalar = new Scalar(factor)) {
      for (String part : List.of(".weight", ".bias")) {
        model.parameters().get(layer + part).data().mul_(scalar);
      }
    }
  }
}
