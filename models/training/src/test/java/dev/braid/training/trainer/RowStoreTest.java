package dev.braid.training.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.dataset.Dataset;
import dev.braid.dataset.LabelledScene;
import dev.braid.observation.Observation;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import dev.braid.training.SmallWorld;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RowStoreTest {
  private static final List<TensorSpec> FIXED = List.of(TensorSpec.floats("pixels", 1, 2, 2));
  private static final List<TensorSpec> VARIABLE =
      List.of(
          TensorSpec.longs("terms", TensorSpec.ANY), TensorSpec.floats("weights", TensorSpec.ANY));

  @TempDir private Path directory;

  @Test
  void aRowComesBackAsItWentInAndIsANewCopyEachTime() {
    try (RowStore rows = new RowStore(FIXED, directory)) {
      rows.add(TensorRow.of(new float[] {1f, -0f, Float.NaN, Float.MIN_VALUE}));
      rows.add(TensorRow.of(new float[] {5f, 6f, 7f, 8f}));
      assertThat(rows).hasSize(2);
      assertThat(rows.get(1).floats(0)).containsExactly(5f, 6f, 7f, 8f);
      assertThat(rows.get(0).floats(0)).containsExactly(1f, -0f, Float.NaN, Float.MIN_VALUE);
      assertThat(rows.get(0)).isNotSameAs(rows.get(0));
      assertThat(rows.get(0).floats(0)).isNotSameAs(rows.get(0).floats(0));
      assertThat(rows.bytes()).isEqualTo(2 * 4 * Float.BYTES);
    }
  }

  @Test
  void rowsOfDifferentLengthsComeBackInAnyOrder() {
    try (RowStore rows = new RowStore(VARIABLE, directory)) {
      for (int length = 1; length <= 200; length++) {
        long[] terms = new long[length];
        terms[length - 1] = Long.MAX_VALUE - length;
        float[] weights = new float[length];
        weights[0] = length;
        rows.add(TensorRow.of(terms, weights));
      }
      for (int length = 200; length >= 1; length--) {
        TensorRow row = rows.get(length - 1);
        assertThat(row.longs(0)).hasSize(length).endsWith(Long.MAX_VALUE - length);
        assertThat(row.floats(1)).hasSize(length).startsWith(length);
      }
    }
  }

  @Test
  void aRowOfAnotherShapeIsRefused() {
    try (RowStore rows = new RowStore(FIXED, directory)) {
      assertThatThrownBy(() -> rows.add(TensorRow.of(new float[3])))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("tensor 'pixels' has shape [-1, 1, 2, 2], but the row held 3 elements");
      assertThat(rows).isEmpty();
    }
  }

  @Test
  void theRowsOfADataSetAreReadFromDiskAndAreThoseOfItsFeaturizers() throws Exception {
    Dataset dataset = Dataset.open(SmallWorld.write(directory, 30));
    Map<String, Integer> counts = new HashMap<>();
    TrainingData data = TrainingData.load(dataset);
    for (LabelledScene scene : dataset.scenes()) {
      for (Map.Entry<String, List<Observation>> seen : scene.observations().entrySet()) {
        for (Observation observation : seen.getValue()) {
          int row = counts.merge(seen.getKey(), 1, Integer::sum) - 1;
          TensorRow expected =
              data.featurizers()
                  .get(seen.getKey())
                  .featurize(dataset.blobs().resolve(observation.getPayload()));
          TensorRow stored = data.rows(seen.getKey()).get(row);
          for (int column = 0; column < expected.size(); column++) {
            if (expected.isFloats(column)) {
              assertThat(stored.floats(column)).isEqualTo(expected.floats(column));
            } else {
              assertThat(stored.longs(column)).isEqualTo(expected.longs(column));
            }
          }
        }
      }
    }
    counts.forEach((modality, count) -> assertThat(data.rows(modality)).hasSize(count));
    assertThat(data.rowBytes()).isGreaterThan(counts.get("ear") * 8000L * Float.BYTES);
    // Once the files are closed nothing is left: no row was on the heap.
    data.close();
    counts
        .keySet()
        .forEach(
            modality ->
                assertThatThrownBy(() -> data.rows(modality).get(0))
                    .hasRootCauseInstanceOf(ClosedChannelException.class));
  }
}
