package dev.braid.training.trainer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a model's answers are worth when a modality is missing or degraded in a share of the test
 * scenes (or, without any, the validation scenes). Not safe for several threads.
 */
public final class Robustness {
  /** The shares of scenes that lose a modality. */
  public static final List<Double> SHARES = List.of(0.0, 0.25, 0.5, 1.0);

  private final TrainedModel trained;
  private final TrainingData data;
  private final List<TrainingData.Example> scenes;
  private final long seed;
  private final EmbeddedRows embedded;

  /** What happens to a modality. */
  public enum Harm {
    MISSING,
    DEGRADED
  }

  /**
   * One measurement.
   *
   * @param share of the scenes with the modality that were harmed, 0 to 1
   * @param scenes that were answered; one that had nothing but the missing modality is not
   * @param scores by {@code task.measure}
   * @param attention the mean share of the harmed modality, over the scenes that had it
   */
  public record Point(
      String modality,
      Harm harm,
      double share,
      int scenes,
      Map<String, Double> scores,
      double attention) {}

  private Robustness(TrainedModel trained, TrainingData data, long seed) {
    this.trained = trained;
    this.data = data;
    this.seed = seed;
    this.scenes = data.examples(data.judge());
    this.embedded = EmbeddedRows.forJudging(trained.model(), data, new Random(seed));
  }

  /**
   * Measures every modality at every share.
   *
   * @param seed draws the scenes that are harmed, the same ones for every model
   */
  public static List<Point> measure(TrainedModel trained, TrainingData data, long seed) {
    Robustness robustness = new Robustness(trained, data, seed);
    List<Point> points = new ArrayList<>();
    for (String modality : data.spec().modalities().keySet()) {
      for (double share : SHARES) {
        points.add(robustness.missing(modality, share));
      }
      for (double share : SHARES) {
        points.add(robustness.degraded(modality, share));
      }
    }
    return points;
  }

  private Point missing(String modality, double share) {
    Random random = new Random(seed);
    List<TrainingData.Example> left = new ArrayList<>();
    for (TrainingData.Example scene : scenes) {
      Map<String, TrainingData.Tokens> tokens = new LinkedHashMap<>(scene.tokens());
      if (tokens.containsKey(modality) && random.nextDouble() < share) {
        tokens.remove(modality);
      }
      if (!tokens.isEmpty()) {
        left.add(new TrainingData.Example(scene.entity(), scene.start(), tokens, scene.labels()));
      }
    }
    return point(modality, Harm.MISSING, share, left, Set.of());
  }

  private Point degraded(String modality, double share) {
    Random random = new Random(seed);
    Set<Integer> harmed = new HashSet<>();
    for (TrainingData.Example scene : scenes) {
      TrainingData.Tokens tokens = scene.tokens().get(modality);
      if (tokens != null && random.nextDouble() < share) {
        for (int row : tokens.rows()) {
          harmed.add(row);
        }
      }
    }
    return point(modality, Harm.DEGRADED, share, scenes, harmed);
  }

  private Point point(
      String modality,
      Harm harm,
      double share,
      List<TrainingData.Example> shown,
      Set<Integer> harmed) {
    Map<String, Losses.Scale> scales = new LinkedHashMap<>();
    trained
        .means()
        .forEach(
            (task, mean) ->
                scales.put(
                    task, new Losses.Scale(mean, trained.deviations().getOrDefault(task, 1.0))));
    Predictions predictions =
        Predictions.of(
            trained.model(),
            data,
            new Losses(trained.model(), scales),
            shown,
            ops -> embedded.harmed(modality, harmed::contains));
    int column = List.copyOf(data.spec().modalities().keySet()).indexOf(modality);
    double attention =
        IntStream.range(0, shown.size())
            .filter(i -> shown.get(i).tokens().containsKey(modality))
            .mapToDouble(i -> predictions.attention()[i][column])
            .average()
            .orElse(0);
    return new Point(
        modality,
        harm,
        share,
        shown.size(),
        predictions.scores(data.spec(), shown, trained.temperatures(), scales),
        attention);
  }
}
