package dev.braid.transforms.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.tensor.TensorRow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class RowBatchTest {
  @Test
  void itIsFullWhenItsRowsAndBytesAreEnough() {
    RowBatch<Integer> batch = new RowBatch<>((rows, bytes) -> rows == 3 && bytes == 4 * 12);

    assertThat(add(batch, 0, 5)).isFalse();
    assertThat(add(batch, 1, 6)).isFalse();
    assertThat(add(batch, 2, 1)).isTrue();
  }

  @Test
  void clearingEmptiesItAndElementsKeepTheirOrder() {
    RowBatch<Integer> batch = new RowBatch<>((rows, bytes) -> bytes > 8);
    add(batch, 7, 1);
    add(batch, 3, 1);
    assertThat(batch.elements()).containsExactly(7, 3);

    batch.clear();

    assertThat(batch.elements()).isEmpty();
    assertThat(add(batch, 5, 2)).isFalse();
    assertThat(batch.elements()).containsExactly(5);
  }

  private static boolean add(RowBatch<Integer> batch, int element, int floats) {
    return batch.add(
        element, TensorRow.of(new float[floats]), Instant.ofEpochMilli(0), GlobalWindow.INSTANCE);
  }
}
