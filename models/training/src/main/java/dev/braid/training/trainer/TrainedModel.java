package dev.braid.training.trainer;

import dev.braid.featurizer.Featurizer;
import dev.braid.tensor.TensorRow;
import java.util.List;
import java.util.Map;

/**
 * A model with its calibration, and what is known of it. Owns the model's native memory.
 *
 * @param temperatures by classification
 * @param means by regression, the mean of its labels
 * @param deviations by regression, the deviation of its labels
 * @param samples by modality, rows to make golden rows of
 * @param scenes scenes to make golden rows of, as the rows of their tokens
 * @param metrics on the test scenes (or, without any, the validation scenes), by name
 * @param evidence by classification, the answers that the metrics are of
 * @param history of the run
 */
public record TrainedModel(
    Model model,
    Map<String, Featurizer> featurizers,
    Map<String, Double> temperatures,
    Map<String, Double> means,
    Map<String, Double> deviations,
    double anomalyThreshold,
    Map<String, List<TensorRow>> samples,
    List<TrainingData.Example> scenes,
    Map<String, Double> metrics,
    Map<String, Evidence> evidence,
    List<EpochReport> history)
    implements AutoCloseable {

  /**
   * The answers to one classification.
   *
   * @param truth for each scene, the index of its label
   * @param probabilities for each scene, calibrated, in the order of the labels
   */
  public record Evidence(int[] truth, float[][] probabilities) {}

  /**
   * What one epoch came to.
   *
   * @param stage of the training
   * @param epoch of the stage, from 1
   * @param trainingLoss the mean of the steps' losses
   * @param validationLoss what the stage was judged by: the sum of plain losses
   * @param scores on the validation scenes, by {@code task.measure}
   */
  public record EpochReport(
      String stage,
      int epoch,
      double trainingLoss,
      double validationLoss,
      Map<String, Double> scores,
      double seconds) {}

  @Override
  public void close() {
    model.close();
  }
}
