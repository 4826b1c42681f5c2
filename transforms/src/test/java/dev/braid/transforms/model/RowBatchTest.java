package dev.braid.transforms.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.tensor.TensorRow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class RowBatchTest {
  @Test
  void itIsFullWithTheSixtyFourthRow() {
    RowBatch<Integer> batch = new RowBatch<>(64);
    for (int i = 0; i < 63; i++) {
      assertThat(add(batch, i, 1)).isFalse();
    }
    assertThat(add(batch, 63, 1)).isTrue();
  }

  @Test
  void itIsFullWhenItsRowsHoldSixteenMebibytes() {
    RowBatch<Integer> batch = new RowBatch<>(64);

    assertThat(add(batch, 0, 3 * 1024 * 1024)).isFalse();
    assertThat(add(batch, 1, 1024 * 1024)).isTrue();
  }

  @Test
  void clearingEmptiesItAndElementsKeepTheirOrder() {
    RowBatch<Integer> batch = new RowBatch<>(2);
    add(batch, 7, 1);
    add(batch, 3, 1);
    assertThat(batch.elements()).containsExactly(7, 3);

    batch.clear();

    assertThat(batch.elements()).isEmpty();
    assertThat(add(batch, 5, 4 * 1024 * 1024 - 1)).isFalse();
    assertThat(batch.elements()).containsExactly(5);
  }

  private static boolean add(RowBatch<Integer> batch, int element, int floats) {
    return batch.add(
        element, TensorRow.of(new float[floats]), Instant.ofEpochMilli(0), GlobalWindow.INSTANCE);
  }
}
