package dev.braid.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FiniteTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 64})
  void theFirstNumberThatIsNoneIsFoundWhereverItLies(int length) {
    for (float none : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int at = 0; at < length; at++) {
        float[] values = new float[length];
        Arrays.fill(values, at, length, none);
        assertThat(Finite.firstThatIsNot(values)).isEqualTo(at);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8, 16, 100})
  void numbersWhoseSumIsInfiniteAreFinite(int length) {
    float[] values = new float[length];
    Arrays.fill(values, Float.MAX_VALUE);
    assertThat(Finite.firstThatIsNot(values)).isEqualTo(-1);

    values[length - 1] = Float.NEGATIVE_INFINITY;
    assertThat(Finite.firstThatIsNot(values)).isEqualTo(length - 1);
  }
}
