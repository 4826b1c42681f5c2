package dev.braid.training.trainer;

import dev.braid.spec.Spec;
import dev.braid.spec.TaskSpec;
import dev.braid.training.fusion.FusionNet;
import dev.braid.training.graph.TorchOps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private static final double ALONE = 0.3;
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

  /** The loss of a step of training, one number. */
  Tensor total(
      TorchOps ops,
      SceneBatch batch,
      FusionNet.Result<Tensor> result,
      Map<String, Tensor> targets) {
    List<Tensor> parts = new ArrayList<>();
    model
        .spec()
        .tasks()
        .forEach(
            (name, task) -> {
              Tensor logits = required(result.tasks(), name);
              Tensor loss = task(batch.scenes(), name, task, logits, SMOOTHING);
              if (loss != null) {
                Tensor weight = ops.parameter("loss." + name);
                parts.add(weight.neg().exp().mul(loss));
                parts.add(weight.mul(new Scalar(0.5)));
              }
            });
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
              addAlone(ops, parts, batch, modality, target);
            });
    Tensor total = parts.get(0).reshape(1);
    for (Tensor part : parts.subList(1, parts.size())) {
      total = total.add(part.reshape(1));
    }
    return total;
  }

  /** The plain loss of one task without smoothing, or null where no scene has a label. */
  @Nullable Tensor task(
      List<TrainingData.Example> scenes, String name, TaskSpec task, Tensor logits) {
    return task(scenes, name, task, logits, 0);
  }

  private void addAlone(
      TorchOps ops, List<Tensor> parts, SceneBatch batch, String modality, Tensor target) {
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
    Tensor rows = target.index_select(0, Tensor.create(java.util.Arrays.copyOf(present, count)));
    model
        .spec()
        .tasks()
        .forEach(
            (name, task) -> {
              if (task instanceof TaskSpec.Classification) {
                Tensor logits = ops.linear(rows, FusionNet.alone(modality, name));
                Tensor loss = task(having, name, task, logits, SMOOTHING);
                if (loss != null) {
                  parts.add(loss.mul(new Scalar(ALONE)));
                }
              }
            });
  }

  private @Nullable Tensor task(
      List<TrainingData.Example> scenes,
      String name,
      TaskSpec task,
      Tensor logits,
      double smoothing) {
    long[] rows = new long[scenes.size()];
    double[] values = new double[scenes.size()];
    int count = 0;
    for (int i = 0; i < scenes.size(); i++) {
      Number label = scenes.get(i).labels().get(name);
      if (label != null) {
        rows[count] = i;
        values[count++] = label.doubleValue();
      }
    }
    if (count == 0) {
      return null;
    }
    Tensor chosen = logits.index_select(0, Tensor.create(java.util.Arrays.copyOf(rows, count)));
    if (task instanceof TaskSpec.Classification) {
      long[] labels = new long[count];
      for (int i = 0; i < count; i++) {
        labels[i] = (long) values[i];
      }
      CrossEntropyLossOptions options = new CrossEntropyLossOptions();
      options.label_smoothing().put(smoothing);
      return torch.cross_entropy(chosen, Tensor.create(labels, count), options);
    }
    Scale scale = scales.getOrDefault(name, new Scale(0, 1));
    float[] standard = new float[count];
    for (int i = 0; i < count; i++) {
      standard[i] = (float) ((values[i] - scale.mean()) / scale.deviation());
    }
    return torch.mse_loss(chosen, Tensor.create(standard, count, 1));
  }

  private static Tensor required(Map<String, Tensor> map, String name) {
    return java.util.Objects.requireNonNull(map.get(name), name);
  }
}
