package dev.braid.featurizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ExactSumTest {
  @Property
  void aSumIsThatOfDecimalArithmetic(@ForAll @Size(max = 40) List<Double> values) {
    BigDecimal expected = BigDecimal.ZERO;
    ExactSum sum = new ExactSum();
    for (double value : values) {
      expected = expected.add(new BigDecimal(value));
      sum.add(value);
    }
    assertThat(decimal(sum)).isEqualByComparingTo(expected);
    assertThat(decimal(ExactSum.of(sum.value()))).isEqualByComparingTo(expected);
  }

  @Property
  void partsSummedApartAreTheWhole(
      @ForAll @Size(max = 20) List<Double> left, @ForAll @Size(max = 20) List<Double> right) {
    ExactSum whole = new ExactSum();
    ExactSum first = new ExactSum();
    ExactSum second = new ExactSum();
    left.forEach(first::add);
    right.forEach(second::add);
    right.forEach(whole::add);
    left.forEach(whole::add);
    first.add(second);
    assertThat(first.value()).isEqualTo(whole.value());
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.MIN_VALUE, Double.MIN_NORMAL, 1, Double.MAX_VALUE, -0.0, 1e-310})
  void theEndsOfTheRangeAreExact(double value) {
    ExactSum sum = new ExactSum();
    sum.add(value);
    sum.add(-value);
    sum.add(-value);
    assertThat(decimal(sum)).isEqualByComparingTo(new BigDecimal(-value));
  }

  @Test
  void whatIsNotFiniteIsRefused() {
    assertThatThrownBy(() -> new ExactSum().add(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a sum must be of finite numbers, but one was: NaN");
  }

  private static BigDecimal decimal(ExactSum sum) {
    return new BigDecimal(sum.value())
        .divide(new BigDecimal(BigInteger.ONE.shiftLeft(ExactSum.SCALE)));
  }
}
