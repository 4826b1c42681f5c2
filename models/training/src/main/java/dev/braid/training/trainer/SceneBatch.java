package dev.braid.training.trainer;

import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A batch of scenes as tensors. An observation that several scenes of the batch share is one row.
 *
 * @param modalities by modality that any scene of the batch has
 * @param scenes in the batch
 */
record SceneBatch(Map<String, Modality> modalities, List<TrainingData.Example> scenes) {
  /**
   * One modality of a batch.
   *
   * @param inputs the encoder's inputs over the distinct rows R
   * @param index into R rows, {@code [scenes x tokens]}; R itself where there is padding
   * @param mask {@code [scenes, tokens]}
   * @param visible the mask with the modalities that are hidden for this step
   * @param position {@code [scenes, tokens]}
   */
  record Modality(
      List<Tensor> inputs,
      Tensor index,
      Tensor mask,
      Tensor visible,
      Tensor position,
      int tokens) {}

  /**
   * Makes the tensors, which belong to the open pointer scope.
   *
   * @param noise what changes rows and hides modalities, or null to leave all as it is
   */
  static SceneBatch of(
      TrainingData data, List<TrainingData.Example> scenes, @Nullable Noise noise) {
    Spec spec = data.spec();
    List<List<String>> hidden = new ArrayList<>();
    for (TrainingData.Example scene : scenes) {
      hidden.add(noise == null ? List.of() : noise.hide(List.copyOf(scene.tokens().keySet())));
    }
    Map<String, Modality> modalities = new LinkedHashMap<>();
    for (Map.Entry<String, ModalitySpec> entry : spec.modalities().entrySet()) {
      String name = entry.getKey();
      int longest = scenes.stream().mapToInt(s -> tokens(s, name)).max().orElse(0);
      if (longest > 0) {
        modalities.put(
            name, modality(data, scenes, hidden, name, entry.getValue(), longest, noise));
      }
    }
    return new SceneBatch(modalities, scenes);
  }

  /** What a step of training does to its scenes. */
  record Noise(Random random, Augmentation augmentation, double modalityDropout) {
    /** The modalities to hide; at least one stays. */
    private List<String> hide(List<String> present) {
      List<String> hidden = new ArrayList<>();
      for (String modality : present) {
        if (hidden.size() < present.size() - 1 && random.nextDouble() < modalityDropout) {
          hidden.add(modality);
        }
      }
      return hidden;
    }
  }

  private static int tokens(TrainingData.Example scene, String modality) {
    TrainingData.Tokens tokens = scene.tokens().get(modality);
    return tokens == null ? 0 : tokens.rows().length;
  }

  private static Modality modality(
      TrainingData data,
      List<TrainingData.Example> scenes,
      List<List<String>> hidden,
      String name,
      ModalitySpec spec,
      int longest,
      @Nullable Noise noise) {
    Map<Integer, Integer> places = new HashMap<>();
    List<TensorRow> rows = new ArrayList<>();
    int cells = scenes.size() * longest;
    long[] index = new long[cells];
    float[] mask = new float[cells];
    float[] visible = new float[cells];
    float[] position = new float[cells];
    Arrays.fill(index, -1);
    for (int s = 0; s < scenes.size(); s++) {
      TrainingData.Tokens tokens = scenes.get(s).tokens().get(name);
      for (int t = 0; tokens != null && t < tokens.rows().length; t++) {
        int cell = s * longest + t;
        index[cell] =
            places.computeIfAbsent(
                tokens.rows()[t],
                row -> {
                  TensorRow plain = data.rows(name).get(row);
                  rows.add(noise == null ? plain : noise.augmentation().apply(spec, plain));
                  return rows.size() - 1;
                });
        mask[cell] = 1f;
        visible[cell] = hidden.get(s).contains(name) ? 0f : 1f;
        position[cell] = tokens.positions()[t];
      }
    }
    for (int i = 0; i < cells; i++) {
      index[i] = index[i] < 0 ? rows.size() : index[i];
    }
    long[] shape = {scenes.size(), longest};
    return new Modality(
        TensorBatch.stack(inputs(data, name), rows),
        Tensor.create(index, cells),
        Tensor.create(mask, shape),
        Tensor.create(visible, shape),
        Tensor.create(position, shape),
        longest);
  }

  private static List<TensorSpec> inputs(TrainingData data, String modality) {
    var featurizer = data.featurizers().get(modality);
    if (featurizer == null) {
      throw new IllegalArgumentException("no modality '" + modality + "'");
    }
    return featurizer.inputs();
  }
}
