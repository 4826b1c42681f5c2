package dev.braid.pipelines.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.braid.dataset.LabelledScene;
import dev.braid.dataset.Split;
import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RollingZScoreTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static LabelledScene scene(String entity, int second, Payload payload) {
    Instant time = START.plusSeconds(second);
    return new LabelledScene(
        entity,
        time,
        time.plusSeconds(1),
        Split.TEST,
        Map.of(),
        Map.of("m", List.of(Observation.of(entity + second, entity, "m", time, payload))));
  }

  private static Payload readings(float... values) {
    float[][] samples = new float[values.length][1];
    for (int i = 0; i < values.length; i++) {
      samples[i][0] = values[i];
    }
    return Payload.Samples.of(1, samples);
  }

  private static List<Double> scores(LabelledScene... scenes) {
    return RollingZScore.of(List.of(scenes)).stream().map(SceneScore::score).toList();
  }

  @Test
  void theScoreIsTheLargestDeviationOfANewReading() {
    List<Double> scores =
        scores(
            scene("a", 7, readings(1, -1, 1, -1, 1, -1, 1, -1)),
            scene("a", 9, readings(2, -5)),
            scene("a", 10, readings(0)));

    assertThat(scores.get(0)).isZero();
    assertThat(scores.get(1)).isEqualTo(5, within(1e-9));
    // The readings of the second scene are history now: mean -0.3, mean square 3.7.
    assertThat(scores.get(2)).isEqualTo(0.3 / Math.sqrt(3.7 - 0.09), within(1e-9));
  }

  @Test
  void aReadingThatAFrameRepeatsIsNotNew() {
    List<Double> scores =
        scores(
            scene("a", 8, readings(1, -1, 1, -1, 1, -1, 1, -1, 50)),
            scene("a", 9, readings(1, -1, 50, 5.5f)));

    // History: eight readings and the 50; the one new reading lies next to their mean.
    assertThat(scores.get(1)).isLessThan(0.01);
  }

  @Test
  void numericFieldsOfRecordsCount() {
    LabelledScene[] scenes = new LabelledScene[10];
    for (int i = 0; i < 10; i++) {
      scenes[i] =
          scene("a", i, new Payload.Fields(Map.of("x", i == 9 ? 4.0 : i % 2.0, "name", "n")));
    }

    double mean = 4.0 / 9;
    assertThat(scores(scenes).get(9))
        .isEqualTo((4 - mean) / Math.sqrt(mean - mean * mean), within(1e-9));
  }

  @Test
  void anEntityHasItsOwnHistory() {
    List<Double> scores =
        scores(scene("a", 7, readings(1, -1, 1, -1, 1, -1, 1, -1)), scene("b", 8, readings(100)));

    assertThat(scores.get(1)).isZero();
  }

  @Test
  void aChangeAfterAConstantIsHighAndFinite() {
    List<Double> scores =
        scores(scene("a", 7, readings(0, 0, 0, 0, 0, 0, 0, 0)), scene("a", 8, readings(3)));

    assertThat(scores.get(1)).isEqualTo(1e6);
  }
}
