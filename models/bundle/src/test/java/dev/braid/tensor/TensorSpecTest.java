package dev.braid.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TensorSpecTest {
  @Test
  void theBatchComesFirstAndTheStrideIsWhatOneRowHolds() {
    assertThat(TensorSpec.floats("a", 3, 4, 5).shape()).containsExactly(-1L, 3L, 4L, 5L);
    assertThat(TensorSpec.floats("a", 3, 4, 5).stride()).isEqualTo(60);
    assertThat(TensorSpec.longs("a").stride()).isEqualTo(1);
    assertThat(TensorSpec.longs("a").isVariable()).isFalse();
  }

  @Test
  void theSecondDimensionMayVary() {
    TensorSpec spec = TensorSpec.floats("tokens", TensorSpec.ANY, 7);
    assertThat(spec.isVariable()).isTrue();
    assertThat(spec.stride()).isEqualTo(7);
  }

  @Test
  void aShapeThatNoModelHasIsRefused() {
    assertThatThrownBy(() -> new TensorSpec("a", TensorSpec.Type.FLOAT, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the first dimension of 'a' must be the batch (-1), but the shape was: []");
    assertThatThrownBy(() -> new TensorSpec("a", TensorSpec.Type.FLOAT, List.of(2L, 3L)))
        .hasMessage("the first dimension of 'a' must be the batch (-1), but the shape was: [2, 3]");
    assertThatThrownBy(() -> TensorSpec.floats("a", 3, TensorSpec.ANY))
        .hasMessage("dimension 2 of 'a' must be at least 1, but the shape was: [-1, 3, -1]");
    assertThatThrownBy(() -> TensorSpec.floats("a", 0))
        .hasMessage("dimension 1 of 'a' must be at least 1, but the shape was: [-1, 0]");
    assertThatThrownBy(() -> TensorSpec.floats("a", 1 << 20, 1 << 20).stride())
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void itIsWrittenAsItsThreePartsAndReadAgain() throws Exception {
    JsonMapper json = JsonMapper.builder().build();
    TensorSpec spec = TensorSpec.longs("terms", TensorSpec.ANY);
    assertThat(json.writeValueAsString(spec))
        .isEqualTo("{\"name\":\"terms\",\"type\":\"INT64\",\"shape\":[-1,-1]}");
    assertThat(json.readValue(json.writeValueAsString(spec), TensorSpec.class)).isEqualTo(spec);
  }
}
