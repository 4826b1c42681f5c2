package dev.braid.training.trainer;

import dev.braid.spec.Spec;
import dev.braid.spec.TaskSpec;
import dev.braid.training.fusion.FusionNet;
import dev.braid.training.graph.Tensors;
import dev.braid.training.graph.TorchOps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.CrossEntropyLossOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * What training minimises: for each task its loss under a learned weight (Kendall, Gal, Cipolla,
 * 2018), each modality's own answer to each classification, and the error of reconstruction.
 */
final class Losses {
  private static final double SMOOTHING = 0.03;
  private static final double RECONSTRUCTION = 0.1;

  private final Model model;
  private final Map<String, Scale> scales;

  /** How a regression's labels are standardised. */
  record Scale(double mean, double deviation) {
    static Map<String, Scale> of(Spec spec, List<TrainingData.Example> examples) {
      Map<String, Scale> scales = new LinkedHashMap<>();
      spec.tasks()
          .forEach(
              (name, task) -> {
                if (task instanceof TaskSpec.Regression) {
                  double[] values =
                      examples.stream()
                          .map(e -> e.labels().get(name))
                          .filter(java.util.Objects::nonNull)
                          .mapToDouble(Number::doubleValue)
                          .toArray();
                  double mean = java.util.Arrays.stream(values).average().orElse(0);
                  double variance =
                      java.util.Arrays.stream(values)
                          .map(v -> (v - mean) * (v - mean))
                          .average()
                          .orElse(0);
                  double deviation = Math.sqrt(variance);
                  scales.put(name, new Scale(mean, deviation > 1e-9 ? deviation : 1));
                }
              });
      return scales;
    }
  }

  Losses(Model model, Map<String, Scale> scales) {
    this.model = model;
    this.scales = scales;
  }

  Map<String, Scale> scales() {
    return scales;
  }

  /**
   * The loss of all modalities' own answers, one number.
   *
   * @param targets by modality of the batch, its mean embedding
   * @param guessed by modality, the tasks that it cannot tell: they do not shape its encoder
   */
  Tensor unimodal(
      TorchOps ops,
      SceneBatch batch,
      Map<String, Tensor> targets,
      Map<String, Set<String>> guessed) {
    List<Tensor> parts = new ArrayList<>();
    for (String modality : batch.modalities().keySet()) {
      Tensor target = required(targets, modality);
      Set<String> blind = guessed.getOrDefault(modality, Set.of());
      Map<String, Tensor> answers =
          new LinkedHashMap<>(model.fusion().alone(ops, modality, target));
      if (!blind.isEmpty()) {
        answers.putAll(
            model.fusion().alone(ops, modality, target.detach()).entrySet().stream()
                .filter(answer -> blind.contains(answer.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
      }
      losses(
              batch,
              modality,
              answers,
              (task, logits, labelled) -> own(modality, task, logits, labelled))
          .forEach(
              (task, loss) -> weigh(parts, ops.parameter(Model.lossWeight(modality, task)), loss));
    }
    return sum(parts);
  }

  /**
   * The loss of the fused answers, one number: every task under its learned weight, and the error
   * of reconstruction.
   *
   * @param targets by modality, its mean embedding with nothing hidden
   */
  Tensor fused(
      TorchOps ops,
      SceneBatch batch,
      FusionNet.Result<Tensor> result,
      Map<String, Tensor> targets) {
    List<Tensor> parts = new ArrayList<>();
    List<TrainingData.Example> scenes = batch.scenes();
    for (Map.Entry<String, TaskSpec> task : model.spec().tasks().entrySet()) {
      String name = task.getKey();
      if (result.own().isEmpty()) {
        Tensor logits = required(result.tasks(), name);
        Tensor loss = task(scenes, name, task.getValue(), logits, SMOOTHING);
        if (loss != null) {
          weigh(parts, ops.parameter(Model.lossWeight(name)), loss);
        }
      }
    }
    batch
        .modalities()
        .forEach(
            (modality, given) -> {
              Tensor target = required(targets, modality);
              Tensor there = given.mask().amax(new long[] {1}, false);
              Tensor off = required(result.reconstructed(), modality).sub(target.detach());
              Tensor error = off.mul(off).mean(new long[] {1}).mul(there);
              Tensor count = there.sum().add(new Scalar(1e-6));
              parts.add(error.sum().div(count).mul(new Scalar(RECONSTRUCTION)));
              Map<String, Tensor> own = result.own().get(modality);
              if (own != null) {
                losses(
                        batch,
                        modality,
                        own,
                        (task, logits, labelled) ->
                            task(
                                labelled,
                                task,
                                required(model.spec().tasks(), task),
                                logits,
                                SMOOTHING))
                    .values()
                    .forEach(parts::add);
              }
            });
    return sum(parts);
  }

  /**
   * The loss of one modality's own answer to a task, or null where no scene has a label.
   *
   * <p>What one modality shows need not be what the scene is about: its answer counts for the label
   * with probability 1 - e only, and with e any label will do, {@code -log((1 - e) p(y) + e / K)}.
   * So it is not made to learn by heart what it does not show. The share e is learned (after
   * Patrini et al., Making Deep Neural Networks Robust to Label Noise, 2017).
   */
  @Nullable Tensor own(
      String modality, String name, Tensor logits, List<TrainingData.Example> scenes) {
    TaskSpec task = required(model.spec().tasks(), name);
    if (!(task instanceof TaskSpec.Classification)) {
      return task(scenes, name, task, logits, 0);
    }
    Labels labels = Labels.of(scenes, name);
    if (labels.isEmpty()) {
      return null;
    }
    Tensor noise = model.parameters().get(Model.noise(modality, name)).sigmoid();
    Tensor chosen = torch.softmax(logits.index_select(0, labels.rowTensor()), 1);
    Tensor right = chosen.gather(1, labels.indexTensor().reshape(-1, 1));
    Tensor clean = right.mul(noise.neg().add(new Scalar(1)));
    return clean
        .add(noise.div(new Scalar(logits.size(1))))
        .add(new Scalar(1e-8))
        .log()
        .neg()
        .mean();
  }

  /** The learned share of {@link #own}. */
  double noise(String modality, String task) {
    float logit = Tensors.floats(model.parameters().get(Model.noise(modality, task)))[0];
    return 1 / (1 + Math.exp(-logit));
  }

  /** The plain loss of one task without smoothing, or null where no scene has a label. */
  @Nullable Tensor task(
      List<TrainingData.Example> scenes, String name, TaskSpec task, Tensor logits) {
    return task(scenes, name, task, logits, 0);
  }

  private interface TaskLoss {
    @Nullable Tensor of(String task, Tensor logits, List<TrainingData.Example> scenes);
  }

  /** Losses over the scenes that have the modality. */
  private Map<String, Tensor> losses(
      SceneBatch batch, String modality, Map<String, Tensor> answers, TaskLoss lossOf) {
    List<TrainingData.Example> scenes = batch.scenes();
    long[] present = new long[scenes.size()];
    int count = 0;
    List<TrainingData.Example> having = new ArrayList<>();
    for (int i = 0; i < scenes.size(); i++) {
      if (scenes.get(i).tokens().containsKey(modality)) {
        present[count++] = i;
        having.add(scenes.get(i));
      }
    }
    Tensor rows = Tensor.create(java.util.Arrays.copyOf(present, count));
    Map<String, Tensor> losses = new LinkedHashMap<>();
    model
        .spec()
        .tasks()
        .forEach(
            (name, task) -> {
              Tensor logits = required(answers, name).index_select(0, rows);
              Tensor loss = lossOf.of(name, logits, having);
              if (loss != null) {
                losses.put(name, loss);
              }
            });
    return losses;
  }

  private static void weigh(List<Tensor> parts, Tensor weight, Tensor loss) {
    parts.add(weight.neg().exp().mul(loss));
    parts.add(weight.mul(new Scalar(0.5)));
  }

  private static Tensor sum(List<Tensor> parts) {
    Tensor total = parts.get(0).reshape(1);
    for (Tensor part : parts.subList(1, parts.size())) {
      total = total.add(part.reshape(1));
    }
    return total;
  }

  private @Nullable Tensor task(
      List<TrainingData.Example> scenes,
      String name,
      TaskSpec task,
      Tensor logits,
      double smoothing) {
    Labels labels = Labels.of(scenes, name);
    if (labels.isEmpty()) {
      return null;
    }
    Tensor chosen = logits.index_select(0, labels.rowTensor());
    if (task instanceof TaskSpec.Classification) {
      CrossEntropyLossOptions options = new CrossEntropyLossOptions();
      options.label_smoothing().put(smoothing);
      return torch.cross_entropy(chosen, labels.indexTensor(), options);
    }
    Scale scale = scales.getOrDefault(name, new Scale(0, 1));
    float[] standard = new float[labels.values().length];
    for (int i = 0; i < standard.length; i++) {
      standard[i] = (float) ((labels.values()[i] - scale.mean()) / scale.deviation());
    }
    return torch.mse_loss(chosen, Tensor.create(standard, standard.length, 1));
  }

  private static <V> V required(Map<String, V> map, String name) {
    return java.util.Objects.requireNonNull(map.get(name), name);
  }
}
