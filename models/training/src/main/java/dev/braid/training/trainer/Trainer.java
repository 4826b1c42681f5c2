package dev.braid.training.trainer;

import dev.braid.dataset.Split;
import dev.braid.spec.TaskSpec;
import dev.braid.tensor.TensorRow;
import dev.braid.training.fusion.FusionNet;
import dev.braid.training.graph.Tensors;
import dev.braid.training.graph.TorchOps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.OptimizerParamGroup;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Fits encoders and fusion net together, end to end, with AdamW; keeps the weights of the epoch
 * that was best on the validation scenes, and calibrates them. Not safe for several threads; one
 * run at a time in a JVM, since libtorch's generator is global.
 */
public final class Trainer {
  private static final double WEIGHT_DECAY = 0.02;
  private static final double WARM_UP = 0.05;
  private static final double CLIP = 2.0;
  private static final double MODALITY_DROPOUT = 0.1;
  private static final int EVALUATION_BATCH = 128;
  private static final int GOLDEN = 2;

  private final TrainingData data;
  private final TrainingOptions options;
  private final Random random;
  private final Map<String, Losses.Scale> scales;

  /** Hears of a run's progress. */
  public interface Listener {
    /** An epoch of so many steps begins. */
    void epochStarted(int epoch, int steps);

    /** A step ended; {@code loss} is the mean of the epoch so far. */
    void stepped(double loss);

    /** An epoch ended. */
    void epochEnded(TrainedModel.EpochReport report);
  }

  public Trainer(TrainingData data, TrainingOptions options) {
    this.data = data;
    this.options = options;
    this.random = new Random(options.seed());
    this.scales = Losses.Scale.of(data.spec(), data.examples(Split.TRAIN));
  }

  /** Trains; the caller closes the result. */
  public TrainedModel train(Listener listener) {
    // Threads that spin for work stall each other when there are fewer cores than threads.
    openblas.blas_set_num_threads(1);
    torch.set_num_threads(options.threads());
    torch.manual_seed(options.seed());
    // What is not kept on purpose goes with the scope; the weights are, until the model is closed.
    try (PointerScope scope = new PointerScope()) {
      Model model = new Model(data.spec(), data.featurizers());
      try {
        return train(model, listener);
      } catch (RuntimeException | Error e) {
        model.close();
        throw e;
      }
    }
  }

  private TrainedModel train(Model model, Listener listener) {
    List<TrainedModel.EpochReport> history = fit(model, listener);
    List<TrainingData.Example> validation = data.examples(Split.VALIDATION);
    Calibration calibration = Calibration.fit(data.spec(), validation, predict(model, validation));
    List<TrainingData.Example> judged =
        data.examples(Split.TEST).isEmpty() ? validation : data.examples(Split.TEST);
    Predictions proof = predict(model, judged);
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

  private List<TrainedModel.EpochReport> fit(Model model, Listener listener) {
    List<TrainingData.Example> train = data.examples(Split.TRAIN);
    List<TrainingData.Example> validation = data.examples(Split.VALIDATION);
    Losses losses = new Losses(model, scales);
    List<TrainedModel.EpochReport> history = new ArrayList<>();
    Map<String, float[]> best = Map.of();
    double bestLoss = Double.POSITIVE_INFINITY;
    int bestEpoch = 0;
    int patience = Math.max(3, options.epochs() / 3);
    int step = 0;
    try (AdamW optimizer = optimizer(model)) {
      for (int epoch = 1; epoch <= options.epochs() && epoch - bestEpoch <= patience; epoch++) {
        long begin = System.nanoTime();
        List<List<TrainingData.Example>> batches = batches(train);
        listener.epochStarted(epoch, batches.size());
        int total = batches.size() * options.epochs();
        double sum = 0;
        for (int i = 0; i < batches.size(); i++) {
          sum += step(model, losses, optimizer, batches.get(i), rate(step++, total));
          listener.stepped(sum / (i + 1));
        }
        Predictions predictions = predict(model, validation);
        TrainedModel.EpochReport report =
            new TrainedModel.EpochReport(
                epoch,
                sum / batches.size(),
                predictions.loss(),
                predictions.scores(data.spec(), validation, Map.of(), scales),
                (System.nanoTime() - begin) / 1e9);
        history.add(report);
        listener.epochEnded(report);
        if (predictions.loss() < bestLoss) {
          bestLoss = predictions.loss();
          bestEpoch = epoch;
          best = model.parameters().snapshot();
        }
      }
    }
    if (best.isEmpty()) {
      throw new IllegalStateException(
          "training diverged: no epoch had a finite loss; try a lower --learning-rate");
    }
    model.parameters().restore(best);
    return history;
  }

  private AdamW optimizer(Model model) {
    AdamW optimizer = new AdamW(model.parameters().weights(true), adam(WEIGHT_DECAY));
    // Biases, norms and task weights have no reason to be small.
    optimizer.add_param_group(new OptimizerParamGroup(model.parameters().weights(false), adam(0)));
    return optimizer;
  }

  private AdamWOptions adam(double decay) {
    AdamWOptions adam = new AdamWOptions(options.learningRate());
    adam.weight_decay().put(decay);
    return adam;
  }

  private double step(
      Model model, Losses losses, AdamW optimizer, List<TrainingData.Example> scenes, double rate) {
    try (PointerScope scope = new PointerScope()) {
      for (long i = 0; i < optimizer.param_groups().size(); i++) {
        optimizer.param_groups().get(i).options().set_lr(rate);
      }
      SceneBatch batch =
          SceneBatch.of(
              data,
              scenes,
              new SceneBatch.Noise(random, new Augmentation(random), MODALITY_DROPOUT));
      TorchOps ops = new TorchOps(model.parameters(), true);
      Map<String, Tensor> encoded = model.encode(ops, batch);
      var clean = model.tokens(ops, batch, false, encoded);
      var visible = model.tokens(ops, batch, true, encoded);
      Map<String, Tensor> targets = model.fusion().targets(ops, clean);
      Tensor loss = losses.total(ops, batch, model.fusion().forward(ops, visible), targets);
      optimizer.zero_grad();
      loss.backward();
      TensorVector weights = model.parameters().weights(true);
      torch.clip_grad_norm_(weights, CLIP);
      optimizer.step();
      return loss.item_float();
    }
  }

  /** A linear rise, then half a cosine down to 0. */
  private double rate(int step, int total) {
    double done = (double) step / total;
    return done < WARM_UP
        ? options.learningRate() * (step + 1) / (WARM_UP * total + 1)
        : options.learningRate() * 0.5 * (1 + Math.cos(Math.PI * (done - WARM_UP) / (1 - WARM_UP)));
  }

  /**
   * Batches of neighbours: windows that overlap share observations, and those are encoded once for
   * all scenes of a batch.
   */
  private List<List<TrainingData.Example>> batches(List<TrainingData.Example> scenes) {
    var window = data.spec().window();
    int overlap = (int) Math.min(8, Math.max(1, window.sizeMillis() / window.periodMillis()));
    List<List<TrainingData.Example>> blocks = new ArrayList<>();
    for (int i = 0; i < scenes.size(); i += overlap) {
      blocks.add(scenes.subList(i, Math.min(scenes.size(), i + overlap)));
    }
    Collections.shuffle(blocks, random);
    List<TrainingData.Example> all = blocks.stream().flatMap(List::stream).toList();
    List<List<TrainingData.Example>> batches = new ArrayList<>();
    for (int i = 0; i < all.size(); i += options.batch()) {
      List<TrainingData.Example> batch = all.subList(i, Math.min(all.size(), i + options.batch()));
      // Batch norm learns nothing good from one or two rows.
      if (batch.size() >= Math.min(all.size(), options.batch() / 4)) {
        batches.add(batch);
      }
    }
    return batches;
  }

  private Predictions predict(Model model, List<TrainingData.Example> scenes) {
    Map<String, List<float[]>> outputs = new LinkedHashMap<>();
    data.spec().tasks().keySet().forEach(task -> outputs.put(task, new ArrayList<>()));
    float[] anomaly = new float[scenes.size()];
    double[] loss = new double[1];
    Losses losses = new Losses(model, scales);
    for (int i = 0; i < scenes.size(); i += EVALUATION_BATCH) {
      List<TrainingData.Example> part =
          scenes.subList(i, Math.min(scenes.size(), i + EVALUATION_BATCH));
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        TorchOps ops = new TorchOps(model.parameters(), false);
        SceneBatch batch = SceneBatch.of(data, part, null);
        var tokens = model.tokens(ops, batch, false, model.encode(ops, batch));
        FusionNet.Result<Tensor> result = model.fusion().forward(ops, tokens);
        float[] errors = Tensors.floats(model.fusion().reconstructionError(ops, result));
        System.arraycopy(errors, 0, anomaly, i, errors.length);
        for (Map.Entry<String, TaskSpec> task : data.spec().tasks().entrySet()) {
          Tensor logits = result.tasks().get(task.getKey());
          List<float[]> rows = outputs.get(task.getKey());
          if (logits != null && rows != null) {
            rows.addAll(Arrays.asList(Tensors.rows(logits)));
            Tensor value = losses.task(part, task.getKey(), task.getValue(), logits);
            loss[0] += value == null ? 0 : value.item_float() * part.size() / scenes.size();
          }
        }
      }
    }
    Map<String, float[][]> arrays = new LinkedHashMap<>();
    outputs.forEach((task, rows) -> arrays.put(task, rows.toArray(float[][]::new)));
    return new Predictions(arrays, anomaly, loss[0]);
  }
}
