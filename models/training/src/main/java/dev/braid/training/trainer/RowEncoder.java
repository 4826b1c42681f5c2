package dev.braid.training.trainer;

import dev.braid.featurizer.Featurizer;
import dev.braid.spec.ModalitySpec;
import dev.braid.tensor.TensorRow;
import dev.braid.training.graph.TorchOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/**
 * Embeds rows by their encoder.
 *
 * @param change what happens to each row first
 */
record RowEncoder(Model model, TorchOps ops, TrainingData data, UnaryOperator<TensorRow> change)
    implements Embedder {

  /** Rows as they are. */
  RowEncoder(Model model, TorchOps ops, TrainingData data) {
    this(model, ops, data, row -> row);
  }

  @Override
  public Tensor embed(String modality, List<Integer> rows) {
    Featurizer featurizer = Objects.requireNonNull(data.featurizers().get(modality));
    List<TensorRow> all = data.rows(modality);
    List<TensorRow> chosen = new ArrayList<>();
    for (int row : rows) {
      chosen.add(change.apply(all.get(row)));
    }
    return model.encode(ops, modality, TensorBatch.stack(featurizer.inputs(), chosen));
  }

  /** Embeds augmented rows. */
  static Embedder augmented(
      Model model, TorchOps ops, TrainingData data, Augmentation augmentation) {
    return (modality, rows) -> {
      ModalitySpec spec = Objects.requireNonNull(data.spec().modalities().get(modality));
      return new RowEncoder(model, ops, data, row -> augmentation.apply(spec, row))
          .embed(modality, rows);
    };
  }
}
