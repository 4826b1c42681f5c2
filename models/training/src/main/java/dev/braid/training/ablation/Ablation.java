package dev.braid.training.ablation;

import dev.braid.training.fusion.Variant;
import dev.braid.training.trainer.Robustness;
import dev.braid.training.trainer.TrainedEncoders;
import dev.braid.training.trainer.TrainedModel;
import dev.braid.training.trainer.Trainer;
import dev.braid.training.trainer.TrainingData;
import dev.braid.training.trainer.TrainingOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains every variant of fusion with several seeds and measures it on the test scenes. For each
 * seed the encoders are trained once, alone, and all variants fuse those same encoders, frozen, for
 * the same number of epochs with as many parameters.
 */
public final class Ablation {
  private final List<Run> runs;

  /**
   * One variant with one seed.
   *
   * @param parameters that are trained, of encoders and fusion
   * @param metrics on the test scenes, by {@code task.measure}
   * @param seconds of training the fusion
   */
  public record Run(
      Variant variant,
      long seed,
      long parameters,
      int epochs,
      double seconds,
      Map<String, Double> metrics,
      List<Robustness.Point> robustness) {}

  /** Mean, least and most of a measure over the seeds. */
  public record Spread(double mean, double least, double most) {
    static Spread of(List<Double> values) {
      return new Spread(
          values.stream().mapToDouble(Double::doubleValue).average().orElseThrow(),
          values.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
          values.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
    }
  }

  private Ablation(List<Run> runs) {
    this.runs = List.copyOf(runs);
  }

  /**
   * Trains and measures.
   *
   * @param options of one run; its seed is the first of as many as asked
   * @param seeds how many
   */
  public static Ablation run(
      TrainingData data,
      TrainingOptions options,
      List<Variant> variants,
      int seeds,
      Trainer.Listener listener) {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < seeds; i++) {
      TrainingOptions mine = options.withSeed(options.seed() + i).withoutJointStage();
      Trainer trainer = new Trainer(data, mine);
      TrainedEncoders encoders = trainer.encoders(listener);
      for (Variant variant : variants) {
        try (TrainedModel trained = trainer.train(variant, encoders, listener)) {
          List<TrainedModel.EpochReport> fusion =
              trained.history().subList(encoders.history().size(), trained.history().size());
          runs.add(
              new Run(
                  variant,
                  mine.seed(),
                  trained.model().size(),
                  fusion.size(),
                  fusion.stream().mapToDouble(TrainedModel.EpochReport::seconds).sum(),
                  trained.metrics(),
                  Robustness.measure(trained, data, mine.seed())));
        }
      }
    }
    return new Ablation(runs);
  }

  /** All runs, by seed and variant. */
  public List<Run> runs() {
    return runs;
  }

  /** The variants, in the order of the first seed. */
  public List<Variant> variants() {
    return runs.stream().map(Run::variant).distinct().toList();
  }

  /** The measures of a variant over the seeds. */
  public Map<String, Spread> metrics(Variant variant) {
    Map<String, List<Double>> values = new LinkedHashMap<>();
    for (Run run : runs) {
      if (run.variant() == variant) {
        run.metrics()
            .forEach(
                (name, value) -> values.computeIfAbsent(name, n -> new ArrayList<>()).add(value));
      }
    }
    Map<String, Spread> spreads = new LinkedHashMap<>();
    values.forEach((name, list) -> spreads.put(name, Spread.of(list)));
    return spreads;
  }

  /** The parameters of a variant, which no seed changes. */
  public long parameters(Variant variant) {
    return runs.stream()
        .filter(run -> run.variant() == variant)
        .findFirst()
        .orElseThrow()
        .parameters();
  }

  /**
   * A measure of a variant under harm to a modality, as its mean over the seeds, by share harmed.
   *
   * @param measure {@code task.measure}, or {@code attention} for the modality's share of it
   */
  public Map<Double, Double> curve(
      Variant variant, String modality, Robustness.Harm harm, String measure) {
    Map<Double, List<Double>> values = new LinkedHashMap<>();
    for (Run run : runs) {
      for (Robustness.Point point : run.robustness()) {
        if (run.variant() == variant && point.modality().equals(modality) && point.harm() == harm) {
          Double value =
              measure.equals("attention") ? point.attention() : point.scores().get(measure);
          if (value != null) {
            values.computeIfAbsent(point.share(), s -> new ArrayList<>()).add(value);
          }
        }
      }
    }
    Map<Double, Double> means = new LinkedHashMap<>();
    values.forEach((share, list) -> means.put(share, Spread.of(list).mean()));
    return means;
  }
}
