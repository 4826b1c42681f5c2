package dev.braid.training.trainer;

import dev.braid.dataset.Split;
import dev.braid.spec.ModalitySpec;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import dev.braid.training.graph.Tensors;
import dev.braid.training.graph.TorchOps;
import java.util.ArrayList;
import java.util.Arrays;
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
 * further views. Fusion is then trained and measured at a small part of the cost. Kept on disk
 * beside the rows, with 4 bytes of heap a row and view; immutable.
 */
final class EmbeddedRows {
  private static final int BATCH = 128;
  private static final int VIEWS = 8;
  private static final int NONE = -1;

  private final Map<String, Embedded> plain = new LinkedHashMap<>();
  private final List<Map<String, Embedded>> views = new ArrayList<>();

  /**
   * Embeddings of some rows of one modality.
   *
   * @param places by row of the data set, which of the embeddings is its, or {@link #NONE}
   */
  private record Embedded(int[] places, List<TensorRow> embeddings) {
    float[] of(int row) {
      if (places[row] == NONE) {
        throw new IllegalArgumentException("row " + row + " was not embedded");
      }
      return embeddings.get(places[row]).floats(0);
    }
  }

  private EmbeddedRows() {}

  /** The rows of the training and the validation part; of the former, augmented views. */
  static EmbeddedRows forTraining(Model model, TrainingData data, Random random) {
    EmbeddedRows embedded = new EmbeddedRows();
    for (String modality : data.spec().modalities().keySet()) {
      List<Integer> rows = new ArrayList<>(data.rows(modality, Split.TRAIN));
      rows.addAll(data.rows(modality, Split.VALIDATION));
      embedded.plain.put(modality, embed(model, data, modality, rows, row -> row));
    }
    Augmentation augmentation = new Augmentation(random);
    for (int i = 0; i < VIEWS; i++) {
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
    return (modality, rows) -> stack(rows, row -> of(plain, modality).of(row));
  }

  /** One of the views of each row, drawn anew each time. */
  Embedder drawn(Random random) {
    return (modality, rows) ->
        stack(rows, row -> of(views.get(random.nextInt(views.size())), modality).of(row));
  }

  /** The rows as they are, but for those of one modality that are taken from the first view. */
  Embedder harmed(String modality, IntPredicate isHarmed) {
    return (name, rows) ->
        stack(
            rows,
            row ->
                name.equals(modality) && isHarmed.test(row)
                    ? of(views.get(0), name).of(row)
                    : of(plain, name).of(row));
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

  private static Map<String, Embedded> view(
      Model model,
      TrainingData data,
      Split split,
      BiFunction<ModalitySpec, TensorRow, TensorRow> change) {
    Map<String, Embedded> view = new LinkedHashMap<>();
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

  private static Embedded embed(
      Model model,
      TrainingData data,
      String modality,
      List<Integer> rows,
      UnaryOperator<TensorRow> change) {
    RowEncoder encoder =
        new RowEncoder(model, new TorchOps(model.parameters(), false), data, change);
    RowStore embeddings =
        data.furtherRows(List.of(TensorSpec.floats("embedding", model.width(modality))));
    int[] places = new int[data.rows(modality).size()];
    Arrays.fill(places, NONE);
    for (int i = 0; i < rows.size(); i += BATCH) {
      List<Integer> part = rows.subList(i, Math.min(rows.size(), i + BATCH));
      try (PointerScope scope = new PointerScope();
          NoGradGuard guard = new NoGradGuard()) {
        float[][] values = Tensors.rows(encoder.embed(modality, part));
        for (int k = 0; k < values.length; k++) {
          places[part.get(k)] = embeddings.size();
          embeddings.add(TensorRow.of(values[k]));
        }
      }
    }
    return new Embedded(places, embeddings);
  }

  private static <K, V> V of(Map<K, V> map, K key) {
    return Objects.requireNonNull(map.get(key));
  }
}
