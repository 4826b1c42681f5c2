package dev.braid.training.trainer;

import dev.braid.dataset.Split;
import dev.braid.training.fusion.FusionNet;
import dev.braid.training.graph.TorchOps;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The fused answers and the reconstruction, of scenes in which modalities are hidden at random;
 * over encoders that stay as they are, or together with them.
 */
final class FusionObjective implements Stage.Objective {
  private static final double MODALITY_DROPOUT = 0.1;
  private static final double ALONE = 0.3;

  private final Model model;
  private final TrainingData data;
  private final Losses losses;
  private final Random random;
  private final @Nullable EmbeddedRows embedded;

  /**
   * @param embedded what the encoders gave of every row, or null to train them too
   */
  FusionObjective(
      Model model,
      TrainingData data,
      Losses losses,
      Random random,
      @Nullable EmbeddedRows embedded) {
    this.model = model;
    this.data = data;
    this.losses = losses;
    this.random = random;
    this.embedded = embedded;
  }

  @Override
  public boolean trains(String parameter) {
    return embedded == null || !model.isUnimodal(parameter, null);
  }

  @Override
  public Tensor loss(List<TrainingData.Example> scenes) {
    TorchOps ops = new TorchOps(model.parameters(), true);
    SceneBatch batch =
        SceneBatch.of(data.spec(), scenes, new SceneBatch.Noise(random, MODALITY_DROPOUT));
    Embedder embedder =
        embedded == null
            ? RowEncoder.augmented(model, ops, data, new Augmentation(random))
            : embedded.drawn(random);
    Map<String, Tensor> encoded = model.encode(batch, embedder);
    var clean = model.tokens(batch, false, encoded);
    var visible = model.tokens(batch, true, encoded);
    Map<String, Tensor> targets = model.fusion().targets(ops, clean);
    FusionNet.Result<Tensor> result = model.fusion().forward(ops, visible);
    Tensor fused = losses.fused(ops, batch, result, targets);
    return embedded == null
        ? fused.add(losses.unimodal(ops, batch, targets, Map.of()).mul(new Scalar(ALONE)))
        : fused;
  }

  @Override
  public Stage.Judgement judge() {
    List<TrainingData.Example> validation = data.examples(Split.VALIDATION);
    Predictions predictions = Predictions.of(model, data, losses, validation, embedder());
    return new Stage.Judgement(
        Map.of("fusion", predictions.loss()),
        predictions.scores(data.spec(), validation, Map.of(), losses.scales()));
  }

  /** Embeds rows for a model that is not in training. */
  Function<TorchOps, Embedder> embedder() {
    return ops -> embedded == null ? new RowEncoder(model, ops, data) : embedded.plain();
  }
}
