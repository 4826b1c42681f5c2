package dev.braid.training.compress;

import dev.braid.metric.ClassificationScore;
import dev.braid.metric.RegressionScore;
import dev.braid.scene.Answer;
import dev.braid.scene.Token;
import dev.braid.serving.ModelServer;
import dev.braid.serving.RowResult;
import dev.braid.spec.TaskSpec;
import dev.braid.tensor.TensorRow;
import dev.braid.training.trainer.TrainingData;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The scenes of a data set as a served bundle sees and answers them. */
final class ServedScenes {
  /** Scenes whose rows are held in memory together. */
  private static final int AT_ONCE = 256;

  private final ModelServer server;
  private final TrainingData data;

  ServedScenes(ModelServer server, TrainingData data) {
    this.server = server;
    this.data = data;
  }

  /**
   * What a bundle's answers to some scenes are worth.
   *
   * @param accuracy by task, the accuracy or, of a regression, the coefficient of determination
   * @param loss the mean over tasks of the negative log likelihood of the truth, or of a
   *     regression's squared error in units of the labels' variance
   */
  record Score(Map<String, Double> accuracy, double loss) {}

  /** The fusion's rows of those scenes. */
  List<TensorRow> fusionRows(List<TrainingData.Example> scenes) {
    Map<String, Map<Integer, float[]>> embeddings = new HashMap<>();
    for (String modality : server.spec().modalities().keySet()) {
      List<Integer> indices =
          scenes.stream()
              .filter(scene -> scene.tokens().containsKey(modality))
              .flatMapToInt(scene -> java.util.Arrays.stream(tokens(scene, modality).rows()))
              .distinct()
              .boxed()
              .toList();
      List<TensorRow> rows = indices.stream().map(data.rows(modality)::get).toList();
      List<float[]> encoded = served(server.encode(modality, rows));
      Map<Integer, float[]> byIndex = new HashMap<>();
      for (int i = 0; i < encoded.size(); i++) {
        byIndex.put(indices.get(i), encoded.get(i));
      }
      embeddings.put(modality, byIndex);
    }
    return scenes.stream().map(scene -> row(scene, embeddings)).toList();
  }

  /** Answers those scenes and compares the answers with their labels. */
  Score score(List<TrainingData.Example> scenes) {
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < scenes.size(); i += AT_ONCE) {
      answers.addAll(
          served(server.fuse(fusionRows(scenes.subList(i, Math.min(scenes.size(), i + AT_ONCE))))));
    }
    Map<String, Double> accuracy = new LinkedHashMap<>();
    double loss = 0;
    for (Map.Entry<String, TaskSpec> task : server.spec().tasks().entrySet()) {
      String name = task.getKey();
      List<Number> truth = new ArrayList<>();
      List<Answer.TaskAnswer> given = new ArrayList<>();
      for (int i = 0; i < answers.size(); i++) {
        Number label = scenes.get(i).labels().get(name);
        if (label != null) {
          truth.add(label);
          given.add(Objects.requireNonNull(answers.get(i).tasks().get(name)));
        }
      }
      if (!truth.isEmpty() && task.getValue() instanceof TaskSpec.Classification labels) {
        loss += classified(name, labels.labels(), truth, given, accuracy);
      } else if (!truth.isEmpty()) {
        loss += estimated(name, truth, given, accuracy);
      }
    }
    return new Score(accuracy, loss / Math.max(1, accuracy.size()));
  }

  private static double classified(
      String task,
      List<String> labels,
      List<Number> truth,
      List<Answer.TaskAnswer> given,
      Map<String, Double> accuracy) {
    int[] right = truth.stream().mapToInt(Number::intValue).toArray();
    float[][] probabilities = new float[right.length][labels.size()];
    double loss = 0;
    for (int i = 0; i < right.length; i++) {
      Map<String, Float> byLabel = ((Answer.Classified) given.get(i)).probabilities();
      for (int l = 0; l < labels.size(); l++) {
        probabilities[i][l] = byLabel.getOrDefault(labels.get(l), 0f);
      }
      loss -= Math.log(Math.max(1e-12, probabilities[i][right[i]]));
    }
    accuracy.put(task, ClassificationScore.of(right, probabilities).accuracy());
    return loss / right.length;
  }

  private static double estimated(
      String task,
      List<Number> truth,
      List<Answer.TaskAnswer> given,
      Map<String, Double> accuracy) {
    double[] right = truth.stream().mapToDouble(Number::doubleValue).toArray();
    double[] values = given.stream().mapToDouble(a -> ((Answer.Estimated) a).value()).toArray();
    double fit = RegressionScore.of(right, values).r2();
    accuracy.put(task, fit);
    return 1 - fit;
  }

  private TensorRow row(TrainingData.Example scene, Map<String, Map<Integer, float[]>> embeddings) {
    Map<String, List<Token>> tokens = new LinkedHashMap<>();
    long window = data.spec().timeWindow("compression").sizeMillis();
    for (String modality : scene.tokens().keySet()) {
      TrainingData.Tokens given = tokens(scene, modality);
      List<Token> list = new ArrayList<>();
      for (int i = 0; i < given.rows().length; i++) {
        long offset = (long) (given.positions()[i] * (double) window);
        list.add(
            new Token(
                "%04d".formatted(i),
                Instant.ofEpochMilli(scene.start() + offset),
                Objects.requireNonNull(
                    Objects.requireNonNull(embeddings.get(modality)).get(given.rows()[i]))));
      }
      tokens.put(modality, list);
    }
    Instant start = Instant.ofEpochMilli(scene.start());
    return server.sceneTensors().row(start, start.plusMillis(window), tokens);
  }

  private static TrainingData.Tokens tokens(TrainingData.Example scene, String modality) {
    return Objects.requireNonNull(scene.tokens().get(modality), modality);
  }

  private static <T> List<T> served(List<RowResult<T>> results) {
    List<T> values = new ArrayList<>();
    for (RowResult<T> result : results) {
      if (result instanceof RowResult.Served<T> served) {
        values.add(served.value());
      } else if (result instanceof RowResult.Failed<T> failed) {
        throw new CompressionRefusedException(failed.reason());
      }
    }
    return values;
  }
}
