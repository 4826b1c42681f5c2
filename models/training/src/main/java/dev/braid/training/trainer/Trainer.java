package dev.braid.training.trainer;

import dev.braid.dataset.Split;
import dev.braid.tensor.TensorRow;
import dev.braid.training.fusion.Variant;
import dev.braid.training.graph.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Trains a model in three stages: the encoders, each on its own modality's answers; the fusion over
 * them; and both together, with small steps. Keeps the weights that were best on the validation
 * scenes, and calibrates them. Not safe for several threads; one run at a time in a JVM, since
 * libtorch's generator is global.
 */
public final class Trainer {
  private static final int GOLDEN = 2;
  private static final double JOINT_RATE = 0.1;
  private static final String ENCODERS = "encoders";

  private final TrainingData data;
  private final TrainingOptions options;
  private final Start start;
  private final Map<String, Losses.Scale> scales;

  /** Hears of a run's progress. */
  public interface Listener {
    /** An epoch of so many steps begins, one of at most so many of its stage. */
    void epochStarted(String stage, int epoch, int epochs, int steps);

    /** A step ended; {@code loss} is the mean of the epoch so far. */
    void stepped(double loss);

    /** An epoch ended. */
    void epochEnded(TrainedModel.EpochReport report);
  }

  /** A trainer of fresh weights. */
  public Trainer(TrainingData data, TrainingOptions options) {
    this(data, options, Start.FRESH);
  }

  /** A trainer of weights that are there. */
  public Trainer(TrainingData data, TrainingOptions options, Start start) {
    this.data = data;
    this.options = options;
    this.start = start;
    this.scales = Losses.Scale.of(data.spec(), data.examples(Split.TRAIN));
  }

  /** Trains a model in all stages; the caller closes the result. */
  public TrainedModel train(Variant variant, Listener listener) {
    return train(variant, listener, null);
  }

  /**
   * Trains a model in all stages, and writes down after each epoch how far it is; the caller closes
   * the result and deletes the checkpoint. Where the checkpoint was loaded, goes on from there, and
   * ends with the weights of a run that was not cut off.
   *
   * @throws InvalidCheckpointException if the checkpoint that was loaded is of another net
   */
  public TrainedModel train(Variant variant, Listener listener, @Nullable Checkpoint checkpoint) {
    return train(variant, encoders(listener, checkpoint), listener, checkpoint);
  }

  /** Trains the encoders alone. */
  public TrainedEncoders encoders(Listener listener) {
    return encoders(listener, null);
  }

  private TrainedEncoders encoders(Listener listener, @Nullable Checkpoint checkpoint) {
    return run(
        Variant.FULL,
        model -> {
          Random random = new Random(options.seed());
          List<TrainedModel.EpochReport> history;
          if (checkpoint != null && checkpoint.isOver(ENCODERS)) {
            history = checkpoint.history(ENCODERS);
            model.parameters().restore(checkpoint.weights(name -> model.isUnimodal(name, null)));
          } else {
            history = fitEncoders(model, random, checkpoint, listener);
          }
          Stage.seed(random, options.seed(), "embedding", 0);
          EmbeddedRows embedded = EmbeddedRows.forTraining(model, data, random);
          Map<String, float[]> weights =
              model.parameters().snapshot(name -> model.isUnimodal(name, null));
          model.close();
          return new TrainedEncoders(weights, embedded, history);
        });
  }

  /** Trains the encoders alone, and gives the weights of the whole model. */
  public Map<String, Weights> weights(Variant variant, Listener listener) {
    return run(
        variant,
        model -> {
          fitEncoders(model, new Random(options.seed()), null, listener);
          Map<String, Weights> weights = model.parameters().weights();
          model.close();
          return weights;
        });
  }

  /** Trains a variant of fusion over trained encoders; the caller closes the result. */
  public TrainedModel train(Variant variant, TrainedEncoders encoders, Listener listener) {
    return train(variant, encoders, listener, null);
  }

  private List<TrainedModel.EpochReport> fitEncoders(
      Model model, Random random, @Nullable Checkpoint checkpoint, Listener listener) {
    if (start.weights().isEmpty()) {
      model
          .encoders()
          .forEach(
              (modality, encoder) ->
                  encoder.start(data.trainingRows(modality), model.parameters(), options.seed()));
    }
    EncoderObjective objective =
        new EncoderObjective(
            model, data, new Losses(model, scales), new Augmentation(random), start);
    List<TrainedModel.EpochReport> history =
        new Stage(ENCODERS, options.encoderEpochs(), options.learningRate(), model, objective)
            .run(batches(random), objective.parts(), false, checkpoint, listener);
    objective.calibrate();
    return history;
  }

  private TrainedModel train(
      Variant variant,
      TrainedEncoders encoders,
      Listener listener,
      @Nullable Checkpoint checkpoint) {
    return run(
        variant,
        model -> {
          model.parameters().restore(encoders.weights());
          Random random = new Random(options.seed());
          Losses losses = new Losses(model, scales);
          List<TrainedModel.EpochReport> history = new ArrayList<>(encoders.history());
          FusionObjective frozen =
              new FusionObjective(model, data, losses, random, encoders.embedded());
          history.addAll(
              new Stage("fusion", options.fusionEpochs(), options.learningRate(), model, frozen)
                  .run(batches(random), whole(frozen), false, checkpoint, listener));
          if (options.jointEpochs() > 0) {
            FusionObjective joint = new FusionObjective(model, data, losses, random, null);
            history.addAll(
                new Stage(
                        "joint",
                        options.jointEpochs(),
                        options.learningRate() * JOINT_RATE,
                        model,
                        joint)
                    .run(batches(random), whole(joint), true, checkpoint, listener));
          }
          return trained(model, losses, history);
        });
  }

  private <R> R run(Variant variant, Function<Model, R> work) {
    // Threads that spin for work stall each other when there are fewer cores than threads.
    openblas.blas_set_num_threads(1);
    torch.set_num_threads(options.threads());
    // What is not kept on purpose goes with the scope; the weights are, until the model is closed.
    try (PointerScope scope = new PointerScope()) {
      int hidden = Model.hidden(data.spec(), data.featurizers(), variant);
      torch.manual_seed(options.seed());
      Model model = new Model(data.spec(), data.featurizers(), variant, hidden, start.weights());
      try {
        model.standardise(data);
        return work.apply(model);
      } catch (RuntimeException | Error e) {
        model.close();
        throw e;
      }
    }
  }

  private TrainedModel trained(Model model, Losses losses, List<TrainedModel.EpochReport> history) {
    new NoveltyFit(data, model).fit();
    List<TrainingData.Example> validation = data.examples(Split.VALIDATION);
    Calibration calibration =
        Calibration.fit(data.spec(), validation, predict(model, losses, validation));
    List<TrainingData.Example> judged = data.examples(data.judge());
    Predictions proof = predict(model, losses, judged);
    Map<String, Double> means = new LinkedHashMap<>();
    Map<String, Double> deviations = new LinkedHashMap<>();
    scales.forEach(
        (name, scale) -> {
          means.put(name, scale.mean());
          deviations.put(name, scale.deviation());
        });
    Map<String, List<TensorRow>> samples = new LinkedHashMap<>();
    data.featurizers().keySet().forEach(name -> samples.put(name, data.rows(name)));
    return new TrainedModel(
        model,
        data.featurizers(),
        calibration.temperatures(),
        means,
        deviations,
        calibration.anomalyThreshold(),
        samples,
        validation.subList(0, Math.min(GOLDEN, validation.size())),
        proof.scores(data.spec(), judged, calibration.temperatures(), scales),
        proof.evidence(data.spec(), judged, calibration.temperatures()),
        history);
  }

  private Predictions predict(Model model, Losses losses, List<TrainingData.Example> scenes) {
    return Predictions.of(model, data, losses, scenes, ops -> new RowEncoder(model, ops, data));
  }

  private Stage.Batches batches(Random random) {
    var window = data.spec().timeWindow("training");
    int overlap = (int) Math.min(8, Math.max(1, window.sizeMillis() / window.periodMillis()));
    return new Stage.Batches(
        data.examples(Split.TRAIN), overlap, options.batch(), random, options.seed());
  }

  private static Map<String, Predicate<String>> whole(Stage.Objective objective) {
    return Map.of("fusion", objective::trains);
  }
}
