package dev.braid.training.trainer;

import dev.braid.spec.Spec;
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
   * @param rows the distinct rows R of the data set that the batch holds
   * @param index into R rows, {@code [scenes x tokens]}; R itself where there is padding
   * @param mask {@code [scenes, tokens]}
   * @param visible the mask with the modalities that are hidden for this step
   * @param position {@code [scenes, tokens]}
   */
  record Modality(
      List<Integer> rows, Tensor index, Tensor mask, Tensor visible, Tensor position, int tokens) {}

  /**
   * Makes the tensors, which belong to the open pointer scope.
   *
   * @param noise what hides modalities, or null to show all
   */
  static SceneBatch of(Spec spec, List<TrainingData.Example> scenes, @Nullable Noise noise) {
    List<List<String>> hidden = new ArrayList<>();
    for (TrainingData.Example scene : scenes) {
      hidden.add(noise == null ? List.of() : noise.hide(List.copyOf(scene.tokens().keySet())));
    }
    Map<String, Modality> modalities = new LinkedHashMap<>();
    for (String name : spec.modalities().keySet()) {
      int longest = scenes.stream().mapToInt(s -> tokens(s, name)).max().orElse(0);
      if (longest > 0) {
        modalities.put(name, modality(scenes, hidden, name, longest));
      }
    }
    return new SceneBatch(modalities, scenes);
  }

  /** Hides modalities, each with the given probability. */
  record Noise(Random random, double modalityDropout) {
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

  /** The batch with one of its modalities. */
  SceneBatch only(String modality) {
    Modality given = modalities.get(modality);
    return new SceneBatch(given == null ? Map.of() : Map.of(modality, given), scenes);
  }

  private static int tokens(TrainingData.Example scene, String modality) {
    TrainingData.Tokens tokens = scene.tokens().get(modality);
    return tokens == null ? 0 : tokens.rows().length;
  }

  private static Modality modality(
      List<TrainingData.Example> scenes, List<List<String>> hidden, String name, int longest) {
    Map<Integer, Integer> places = new HashMap<>();
    List<Integer> rows = new ArrayList<>();
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
                  rows.add(row);
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
        List.copyOf(rows),
        Tensor.create(index, cells),
        Tensor.create(mask, shape),
        Tensor.create(visible, shape),
        Tensor.create(position, shape),
        longest);
  }
}
