package dev.braid.training.trainer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.OptimizerParamGroup;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Passes over the training scenes that minimise one objective with AdamW. What is judged apart (the
 * encoders of several modalities, say) keeps its weights of its own best epoch. Not safe for
 * several threads.
 */
final class Stage {
  private static final double WEIGHT_DECAY = 0.02;
  private static final double WARM_UP = 0.05;
  private static final double CLIP = 2.0;

  private final String name;
  private final int epochs;
  private final double learningRate;
  private final Model model;
  private final Objective objective;

  /** What a stage minimises. */
  interface Objective {
    /** Whether the stage trains the parameter. */
    boolean trains(String parameter);

    /** The loss of one step, whose tensors belong to the open pointer scope. */
    Tensor loss(List<TrainingData.Example> scenes);

    /** The weights as they are now, on the validation scenes. */
    Judgement judge();
  }

  /**
   * What the validation scenes say.
   *
   * @param losses by part of the model that is judged apart
   * @param scores by name
   */
  record Judgement(Map<String, Double> losses, Map<String, Double> scores) {
    double loss() {
      return losses.values().stream().mapToDouble(Double::doubleValue).sum();
    }
  }

  Stage(String name, int epochs, double learningRate, Model model, Objective objective) {
    this.name = name;
    this.epochs = epochs;
    this.learningRate = learningRate;
    this.model = model;
    this.objective = objective;
  }

  /**
   * Trains, and leaves the model with the best weights of each part.
   *
   * @param batches of the training part
   * @param part the parameters of a part that is judged apart
   * @param startCounts whether the weights before the first epoch may be the best
   * @param checkpoint where each epoch is written down; where it says that the stage is over, the
   *     model stays as it is, and where it is in the middle of it, the stage goes on there
   */
  List<TrainedModel.EpochReport> run(
      Batches batches,
      Map<String, Predicate<String>> part,
      boolean startCounts,
      @Nullable Checkpoint checkpoint,
      Trainer.Listener listener) {
    if (checkpoint != null && checkpoint.isOver(name)) {
      return checkpoint.history(name);
    }
    Progress progress = new Progress();
    int patience = Math.max(3, epochs / 3);
    try (AdamW optimizer = optimizer()) {
      if (checkpoint != null && checkpoint.isIn(name)) {
        progress = checkpoint.restore(model.parameters(), optimizer);
        // What the objective learned from the validation scenes it learns again.
        objective.judge();
      } else if (startCounts) {
        progress.keep(objective.judge(), part, model.parameters());
      }
      for (int epoch = progress.history.size() + 1;
          epoch <= epochs && epoch - progress.lastGain <= patience;
          epoch++) {
        long begin = System.nanoTime();
        List<List<TrainingData.Example>> epochBatches = batches.draw(name, epoch);
        listener.epochStarted(name, epoch, epochs, epochBatches.size());
        int total = epochBatches.size() * epochs;
        int step = epochBatches.size() * (epoch - 1);
        double sum = 0;
        for (int i = 0; i < epochBatches.size(); i++) {
          sum += step(optimizer, epochBatches.get(i), rate(step++, total));
          listener.stepped(sum / (i + 1));
        }
        Judgement judgement = objective.judge();
        TrainedModel.EpochReport report =
            new TrainedModel.EpochReport(
                name,
                epoch,
                sum / epochBatches.size(),
                judgement.loss(),
                judgement.scores(),
                (System.nanoTime() - begin) / 1e9);
        progress.history.add(report);
        if (progress.keep(judgement, part, model.parameters())) {
          progress.lastGain = epoch;
        }
        if (checkpoint != null) {
          checkpoint.write(name, model.parameters(), optimizer, progress);
        }
        listener.epochEnded(report);
      }
    }
    if (progress.best.size() < part.size()) {
      throw new IllegalStateException(
          "training diverged: no epoch of stage '%s' had a finite loss; try a lower --learning-rate"
              .formatted(name));
    }
    progress.best.values().forEach(model.parameters()::restore);
    return progress.history;
  }

  /**
   * Seeds both generators for a part of a run, so that what it draws does not depend on how the run
   * came to it.
   */
  static void seed(Random random, long seed, String stage, int epoch) {
    long mixed = new SplittableRandom(seed + (((long) stage.hashCode() << 32) | epoch)).nextLong();
    random.setSeed(mixed);
    torch.manual_seed(mixed);
  }

  /** Batches of an epoch. */
  record Batches(
      List<TrainingData.Example> scenes, int overlap, int size, Random random, long seed) {
    /**
     * Batches of neighbours: windows that overlap share observations, and those are encoded once
     * for all scenes of a batch. Everything else that the epoch draws follows from its seed too.
     */
    List<List<TrainingData.Example>> draw(String stage, int epoch) {
      Stage.seed(random, seed, stage, epoch);
      List<List<TrainingData.Example>> blocks = new ArrayList<>();
      for (int i = 0; i < scenes.size(); i += overlap) {
        blocks.add(scenes.subList(i, Math.min(scenes.size(), i + overlap)));
      }
      Collections.shuffle(blocks, random);
      List<TrainingData.Example> all = blocks.stream().flatMap(List::stream).toList();
      List<List<TrainingData.Example>> batches = new ArrayList<>();
      for (int i = 0; i < all.size(); i += size) {
        List<TrainingData.Example> batch = all.subList(i, Math.min(all.size(), i + size));
        // Batch norm learns nothing good from one or two rows.
        if (batch.size() >= Math.min(all.size(), size / 4)) {
          batches.add(batch);
        }
      }
      return batches;
    }
  }

  private AdamW optimizer() {
    AdamW optimizer =
        new AdamW(model.parameters().weights(objective::trains, true), adam(WEIGHT_DECAY));
    // Biases, norms and task weights have no reason to be small.
    optimizer.add_param_group(
        new OptimizerParamGroup(model.parameters().weights(objective::trains, false), adam(0)));
    return optimizer;
  }

  private AdamWOptions adam(double decay) {
    AdamWOptions adam = new AdamWOptions(learningRate);
    adam.weight_decay().put(decay);
    return adam;
  }

  private double step(AdamW optimizer, List<TrainingData.Example> scenes, double rate) {
    try (PointerScope scope = new PointerScope()) {
      for (long i = 0; i < optimizer.param_groups().size(); i++) {
        optimizer.param_groups().get(i).options().set_lr(rate);
      }
      Tensor loss = objective.loss(scenes);
      optimizer.zero_grad();
      loss.backward();
      torch.clip_grad_norm_(model.parameters().weights(objective::trains), CLIP);
      optimizer.step();
      return loss.item_float();
    }
  }

  /** A linear rise, then half a cosine down to 0. */
  private double rate(int step, int total) {
    double done = (double) step / total;
    return done < WARM_UP
        ? learningRate * (step + 1) / (WARM_UP * total + 1)
        : learningRate * 0.5 * (1 + Math.cos(Math.PI * (done - WARM_UP) / (1 - WARM_UP)));
  }
}
