package dev.braid.training.compress;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AccuracyGateTest {
  private final AccuracyGate gate = new AccuracyGate(scores(0.99, 0.8), 0.01);

  @Test
  void aStepThatLosesTooMuchIsRefusedWithTheNumbers() {
    assertThatThrownBy(() -> gate.check("int8", scores(0.9899, 0.7899)))
        .isInstanceOf(CompressionRefusedException.class)
        .hasMessage(
            "refused: 'int8' loses more than 0.01 on the validation scenes: 'odd' 0.8000 -> 0.7899;"
                + " nothing was written (--max-drop allows more)");
  }

  @Test
  void justTheDropThatIsAllowedPasses() {
    assertThatCode(() -> gate.check("int8", scores(0.98, 0.79))).doesNotThrowAnyException();
  }

  @Test
  void whatIsNoNumberDoesNotPass() {
    assertThatThrownBy(() -> gate.check("fp16", scores(Double.NaN, 0.9)))
        .hasMessageContaining("'digit' 0.9900 -> NaN");
    assertThatThrownBy(() -> gate.check("fp16", Map.of("odd", 0.9)))
        .hasMessageContaining("'digit' 0.9900 -> NaN");
  }

  private static Map<String, Double> scores(double digit, double odd) {
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put("digit", digit);
    scores.put("odd", odd);
    return scores;
  }
}
