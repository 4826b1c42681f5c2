package dev.braid.training.trainer;

import dev.braid.dataset.Split;
import dev.braid.spec.ModalitySpec;
import dev.braid.tensor.TensorRow;
import dev.braid.training.graph.Tensors;
import dev.braid.training.graph.TorchOps;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * The embeddings of a data set's rows under encoders that no longer change, each as it is and in
 * further views. Fusion is then trained and measured at a small part of the cost. Kept on the heap;
 * immutable.
 */
final class EmbeddedRows {
  private static final int BATCH = 128;
  private static final int MOST_VIEWS = 8;

  /** Numbers in all views together, so that they stay below 512 MiB. */
  private static final long MOST_NUMBERS = 1L << 27;

  private final Map<String, Map<Integer, float[]>> plain = new LinkedHashMap<>();
  private final List<Map<String, Map<Integer, float[]>>> views = new ArrayList<>();

  private EmbeddedRows() {}

  /** The rows of the training and the validation part; of the former, augmented views. */
  static EmbeddedRows forTraining(Model model, TrainingData data, Random random) {
    EmbeddedRows embedded = new EmbeddedRows();
    long numbers = 1;
    for (String modality : data.spec().modalities().keySet()) {
      List<Integer> train = data.rows(modality, Split.TRAIN);
      Map<Integer, float[]> rows = embed(model, data, modality, train, row -> row);
      rows.putAll(embed(model, data, modality, data.rows(modality, Split.VALIDATION), row -> row));
      embedded.plain.put(modality, rows);
      numbers += (long) train.size() * model.width(modality);
    }
    Augmentation augmentation = new Augmentation(random);
    long count = Math.max(1, Math.min(MOST_VIEWS, MOST_NUMBERS / numbers));
    for (int i = 0; i < count; i++) {
      embedded.views.add(view(model, data, Split.TRAIN, augmentation::apply));
    }
    return embedded;
  }

  /** The rows of the part that judges, as they are and severely corrupted. */
  static EmbeddedRows forJudging(Model model, TrainingData data, Random random) {
    EmbeddedRows embedded = new EmbeddedRows();
    embedded.plain.putAll(view(model, data, data.judge(), (spec, row) -> row));
    embedded.views.add(view(model, data, data.judge(), new Corruption(random)::severe));
    return embedded;
  }

  /** The rows as they are. */
  Embedder plain() {
    return (modality, rows) -> stack(rows, row -> of(of(plain, modality), row));
  }

  /** One of the views of each row, drawn anew each time. */
  Embedder drawn(Random random) {
    return (modality, rows) ->
        stack(rows, row -> of(of(views.get(random.nextInt(views.size())), modality), row));
  }

  /** The rows as they are, but for those of one modality that are taken from the first view. */
  Embedder harmed(String modality, IntPredicate isHarmed) {
    return (name, rows) ->
        stack(
            rows,
            row ->
                name.equals(modality) && isHarmed.test(row)
                    ? of(of(views.get(0), name), row)
                    : of(of(plain, name), row));
  }

  private interface Source {
    float[] of(int row);
  }

  private static Tensor stack(List<Integer> rows, Source source) {
    float[][] chosen = new float[rows.size()][];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = source.of(rows.get(i));
    }
    return Tensors.matrix(chosen);
  }

  private static Map<String, Map<Integer, float[]>> view(
      Model model,
      TrainingData data,
      Split split,
      BiFunction<ModalitySpec, TensorRow, TensorRow> change) {
    Map<String, Map<Integer, float[]>> view = new LinkedHashMap<>();
    data.spec()
        .modalities()
        .forEach(
            (modality, spec) ->
                view.put(
                    modality,
                    embed(
                        model,
                        data,
                        modality,
                        data.rows(modality, split),
                        row -> change.apply(spec, row))));
    return view;
  }

  private static Map<Integer, float[]> embed(
      Model model,
      TrainingData data,
      String modality,
      List<Integer> rows,
      UnaryOperator<TensorRow> change) {
    RowEncoder encoder =
        new RowEncoder(model, new TorchOps(model.parameters(), false), data, change);
    Map<Integer, float[]> embedded = new HashMap<>();
    for (int i = 0; i < rows.size(); i += BATCH) {
      List<Integer> part = rows.subList(i, Math.min(rows.size(), i + BATCH));
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        float[][] values = Tensors.rows(encoder.embed(modality, part));
        for (int k = 0; k < values.length; k++) {
          embedded.put(part.get(k), values[k]);
        }
      }
    }
    return embedded;
  }

  private static <K, V> V of(Map<K, V> map, K key) {
    return Objects.requireNonNull(map.get(key));
  }
}
