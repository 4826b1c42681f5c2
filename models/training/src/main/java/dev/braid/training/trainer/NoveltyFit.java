package dev.braid.training.trainer;

import dev.braid.dataset.Split;
import dev.braid.training.fusion.FusionNet;
import dev.braid.training.fusion.Novelty;
import dev.braid.training.graph.Tensors;
import dev.braid.training.graph.TorchOps;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Fits the whitening of {@link Novelty} to the training scenes of a model whose weights are fixed.
 * Not safe for several threads.
 */
final class NoveltyFit {
  private static final int BATCH = 128;

  private final TrainingData data;
  private final Model model;

  NoveltyFit(TrainingData data, Model model) {
    this.data = data;
    this.model = model;
  }

  void fit() {
    Map<String, Whitening> fits = new LinkedHashMap<>();
    List<TrainingData.Example> scenes = data.examples(Split.TRAIN);
    for (int i = 0; i < scenes.size(); i += BATCH) {
      add(scenes.subList(i, Math.min(scenes.size(), i + BATCH)), fits);
    }
    Map<String, float[]> fitted = new LinkedHashMap<>();
    fits.forEach(
        (name, whitening) -> {
          // With no more scenes than dimensions nothing is known of most directions.
          if (whitening.count() > whitening.width()) {
            float[] weight = whitening.weight();
            fitted.put(name + ".weight", weight);
            fitted.put(name + ".bias", whitening.bias(weight));
          }
        });
    model.parameters().restore(fitted);
  }

  private void add(List<TrainingData.Example> scenes, Map<String, Whitening> fits) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      TorchOps ops = new TorchOps(model.parameters(), false);
      SceneBatch batch = SceneBatch.of(data.spec(), scenes, null);
      Map<String, Tensor> encoded = model.encode(batch, new RowEncoder(model, ops, data));
      FusionNet.Result<Tensor> result =
          model.fusion().forward(ops, model.tokens(batch, false, encoded));
      for (String modality : data.spec().modalities().keySet()) {
        for (Novelty.Of of : Novelty.Of.values()) {
          float[][] rows = Tensors.rows(Novelty.raw(ops, result, modality, of));
          Whitening whitening =
              fits.computeIfAbsent(
                  Novelty.parameter(modality, of), name -> new Whitening(rows[0].length));
          for (int i = 0; i < rows.length; i++) {
            if (scenes.get(i).tokens().containsKey(modality)) {
              whitening.add(rows[i]);
            }
          }
        }
      }
    }
  }
}
