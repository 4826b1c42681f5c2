package dev.braid.training.baseline;

import dev.braid.dataset.Split;
import dev.braid.metric.ClassificationScore;
import dev.braid.metric.RegressionScore;
import dev.braid.spec.TaskSpec;
import dev.braid.training.trainer.TrainingData;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.dtree.CARTClassificationTrainer;
import org.tribuo.classification.dtree.impurity.GiniIndex;
import org.tribuo.classification.ensemble.FullyWeightedVotingCombiner;
import org.tribuo.common.tree.RandomForestTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;
import org.tribuo.regression.ensemble.AveragingCombiner;
import org.tribuo.regression.rtree.CARTRegressionTrainer;
import org.tribuo.regression.rtree.impurity.MeanSquaredError;

/**
 * A random forest for each task (Breiman, Random Forests, Machine Learning 45, 2001), of full-grown
 * trees: a split looks at the square root of the number of features, for a regression at a third of
 * them; the trees' probabilities or values are averaged. It trains on the training scenes alone and
 * needs no validation scenes. Not safe for several threads.
 */
public final class RandomForest {
  private static final OffsetDateTime NO_TIME =
      OffsetDateTime.of(1970, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

  private final TrainingData data;
  private final int trees;
  private final long seed;
  private final Map<TrainingData.Example, Map<String, Double>> features =
      new java.util.IdentityHashMap<>();

  /**
   * @param trees of each forest, 1 to 10,000
   */
  public RandomForest(TrainingData data, int trees, long seed) {
    if (trees < 1 || trees > 10_000) {
      throw new IllegalArgumentException("trees must be between 1 and 10000, but was: " + trees);
    }
    this.data = data;
    this.trees = trees;
    this.seed = seed;
    SceneFeatures numbers = new SceneFeatures(data);
    List<TrainingData.Example> train = data.examples(Split.TRAIN);
    train.forEach(scene -> features.put(scene, numbers.of(scene)));
    Bins bins = new Bins(List.copyOf(features.values()));
    data.examples(judged()).forEach(scene -> features.put(scene, numbers.of(scene)));
    features.replaceAll((scene, row) -> bins.round(row));
  }

  /** The part that is judged, as in training: test, or where there is none, validation. */
  public Split judged() {
    return data.judge();
  }

  /** Different numbers that describe a training scene. */
  public int features() {
    return (int)
        data.examples(Split.TRAIN).stream()
            .flatMap(scene -> numbers(scene).keySet().stream())
            .distinct()
            .count();
  }

  /**
   * Trains on the training scenes and scores the judged ones; a task without a label in either part
   * has no score.
   *
   * @return by task: accuracy, macroF1 and ece, or mae, rmse and r2
   */
  public Map<String, Map<String, Double>> scores() {
    Map<String, Map<String, Double>> scores = new LinkedHashMap<>();
    for (Map.Entry<String, TaskSpec> task : data.spec().tasks().entrySet()) {
      List<TrainingData.Example> train = labelled(Split.TRAIN, task.getKey());
      List<TrainingData.Example> judged = labelled(judged(), task.getKey());
      if (!train.isEmpty() && !judged.isEmpty()) {
        scores.put(
            task.getKey(),
            task.getValue() instanceof TaskSpec.Classification classification
                ? classify(task.getKey(), classification.labels(), train, judged)
                : estimate(task.getKey(), train, judged));
      }
    }
    return scores;
  }

  private Map<String, Double> classify(
      String task,
      List<String> labels,
      List<TrainingData.Example> train,
      List<TrainingData.Example> judged) {
    Function<TrainingData.Example, Label> truth =
        scene -> new Label(labels.get(label(scene, task).intValue()));
    MutableDataset<Label> rows = rows(train, truth, new LabelFactory());
    var tree =
        new CARTClassificationTrainer(
            Integer.MAX_VALUE,
            1f,
            0f,
            share(Math.sqrt(rows.getFeatureMap().size()), rows),
            false,
            new GiniIndex(),
            seed);
    var forest =
        new RandomForestTrainer<>(tree, new FullyWeightedVotingCombiner(), trees, seed).train(rows);
    int[] truths = new int[judged.size()];
    float[][] probabilities = new float[truths.length][labels.size()];
    for (int i = 0; i < truths.length; i++) {
      truths[i] = label(judged.get(i), task).intValue();
      Prediction<Label> given = forest.predict(example(judged.get(i), truth));
      double sum = given.getOutputScores().values().stream().mapToDouble(Label::getScore).sum();
      for (int c = 0; c < labels.size(); c++) {
        // A label that no training scene has gets none.
        Label score = given.getOutputScores().get(labels.get(c));
        probabilities[i][c] = score == null ? 0f : (float) (score.getScore() / sum);
      }
    }
    ClassificationScore score = ClassificationScore.of(truths, probabilities);
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put("accuracy", score.accuracy());
    scores.put("macroF1", score.macroF1());
    scores.put("ece", score.ece());
    return scores;
  }

  private Map<String, Double> estimate(
      String task, List<TrainingData.Example> train, List<TrainingData.Example> judged) {
    Function<TrainingData.Example, Regressor> truth =
        scene -> new Regressor(task, label(scene, task).doubleValue());
    MutableDataset<Regressor> rows = rows(train, truth, new RegressionFactory());
    var tree =
        new CARTRegressionTrainer(
            Integer.MAX_VALUE,
            1f,
            0f,
            share(rows.getFeatureMap().size() / 3.0, rows),
            false,
            new MeanSquaredError(),
            seed);
    var forest = new RandomForestTrainer<>(tree, new AveragingCombiner(), trees, seed).train(rows);
    double[] truths = new double[judged.size()];
    double[] values = new double[truths.length];
    for (int i = 0; i < truths.length; i++) {
      truths[i] = label(judged.get(i), task).doubleValue();
      values[i] = forest.predict(example(judged.get(i), truth)).getOutput().getValues()[0];
    }
    RegressionScore score = RegressionScore.of(truths, values);
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put("mae", score.mae());
    scores.put("rmse", score.rmse());
    scores.put("r2", score.r2());
    return scores;
  }

  /** The share of features that a split looks at: at least one of them, and by name not all. */
  private static float share(double wanted, MutableDataset<?> rows) {
    int all = rows.getFeatureMap().size();
    return (float) Math.min(0.999, Math.max(1, Math.ceil(wanted)) / all);
  }

  private <T extends Output<T>> MutableDataset<T> rows(
      List<TrainingData.Example> scenes,
      Function<TrainingData.Example, T> truth,
      OutputFactory<T> factory) {
    MutableDataset<T> rows =
        new MutableDataset<>(
            new SimpleDataSourceProvenance(data.spec().name(), NO_TIME, factory), factory);
    scenes.forEach(scene -> rows.add(example(scene, truth)));
    return rows;
  }

  private <T extends Output<T>> ArrayExample<T> example(
      TrainingData.Example scene, Function<TrainingData.Example, T> truth) {
    Map<String, Double> numbers = numbers(scene);
    return new ArrayExample<>(
        truth.apply(scene),
        numbers.keySet().toArray(String[]::new),
        numbers.values().stream().mapToDouble(Double::doubleValue).toArray());
  }

  private Map<String, Double> numbers(TrainingData.Example scene) {
    return java.util.Objects.requireNonNull(features.get(scene));
  }

  private List<TrainingData.Example> labelled(Split split, String task) {
    return data.examples(split).stream().filter(scene -> scene.labels().containsKey(task)).toList();
  }

  private static Number label(TrainingData.Example scene, String task) {
    return java.util.Objects.requireNonNull(scene.labels().get(task));
  }
}
