package dev.braid.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TensorRowTest {
  private static final List<TensorSpec> INPUTS =
      List.of(TensorSpec.longs("terms", TensorSpec.ANY), TensorSpec.floats("pixels", 2, 3));

  @Test
  void columnsAreTakenAsTheyAre() {
    float[] floats = {1, 2};
    long[] longs = {3};
    TensorRow row = TensorRow.of(floats, longs);
    assertThat(row.size()).isEqualTo(2);
    assertThat(row.floats(0)).isSameAs(floats);
    assertThat(row.longs(1)).isSameAs(longs);
    assertThat(row.isFloats(0)).isTrue();
    assertThat(row.isFloats(1)).isFalse();
    assertThat(row.length(0)).isEqualTo(2);
    assertThat(row.length(1)).isEqualTo(1);
  }

  @Test
  void aColumnOfAnotherTypeIsRefused() {
    assertThatThrownBy(() -> TensorRow.of(new float[1], new double[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a column must be float[] or long[], but was: double[]");
  }

  @Test
  void aRowThatFitsPasses() {
    assertThatCode(() -> TensorRow.of(new long[9], new float[6]).check(INPUTS))
        .doesNotThrowAnyException();
  }

  @Test
  void aRowThatDoesNotFitIsDescribed() {
    assertThatThrownBy(() -> TensorRow.of(new long[9]).check(INPUTS))
        .hasMessage("a row needs 2 tensors, but had: 1");
    assertThatThrownBy(() -> TensorRow.of(new float[9], new float[6]).check(INPUTS))
        .hasMessage("tensor 'terms' must hold INT64");
    assertThatThrownBy(() -> TensorRow.of(new long[9], new float[5]).check(INPUTS))
        .hasMessage("tensor 'pixels' has shape [-1, 2, 3], but the row held 5 elements");
    assertThatThrownBy(() -> TensorRow.of(new long[0], new float[6]).check(INPUTS))
        .hasMessage("tensor 'terms' has shape [-1, -1], but the row held 0 elements");
  }
}
