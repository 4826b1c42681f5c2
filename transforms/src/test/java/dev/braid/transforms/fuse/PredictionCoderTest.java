package dev.braid.transforms.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.scene.Answer;
import dev.braid.transforms.RoundTrip;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PredictionCoderTest {
  @Test
  void aPredictionSurvives() {
    Prediction prediction = prediction(0.83f);

    Prediction read = RoundTrip.of(PredictionCoder.of(), prediction);

    assertThat(read).isEqualTo(prediction);
    assertThat(read.getAnswer().tasks().keySet()).containsExactly("state", "health");
    assertThat(read.getAnswer().attention().keySet()).containsExactly("log", "camera");
  }

  @Test
  void aPredictionOfAWindowByCountSurvivesAndItsIdBearsTheOrdinal() {
    Prediction counted = prediction(0.83f).toBuilder().setOrdinal(30).setRevision(0).build();

    assertThat(RoundTrip.of(PredictionCoder.of(), counted)).isEqualTo(counted);
    assertThat(counted.getId()).isEqualTo("press-04|#30|plant@3f2a");
  }

  @Test
  void theIdIsMadeOfEntityWindowAndModel() {
    assertThat(prediction(0.83f).getId()).isEqualTo("press-04|2026-01-01T00:01:00Z|plant@3f2a");
  }

  @Test
  void aScoreAboveTheThresholdIsAnAnomaly() {
    assertThat(prediction(0.61f).isAnomaly()).isTrue();
    assertThat(prediction(0.59f).isAnomaly()).isFalse();
  }

  private static Prediction prediction(float score) {
    Map<String, Answer.TaskAnswer> tasks = new LinkedHashMap<>();
    tasks.put("state", new Answer.Classified("leak", 0.9f, shares("calm", 0.1f, "leak", 0.9f)));
    tasks.put("health", new Answer.Estimated(-0.41f));
    return Prediction.builder()
        .setEntity("press-04")
        .setWindowStart(Instant.parse("2026-01-01T00:00:00Z"))
        .setWindowEnd(Instant.parse("2026-01-01T00:01:00Z"))
        .setRevision(3)
        .setFinal(false)
        .setAnswer(new Answer(tasks, score, shares("log", 0.25f, "camera", 0.75f)))
        .setPresent(List.of("log", "camera"))
        .setAnomalyThreshold(0.6)
        .setModel(new Prediction.Model("plant", "sha256:3f2a77", "cpu", "int8"))
        .build();
  }

  private static Map<String, Float> shares(String a, float x, String b, float y) {
    Map<String, Float> shares = new LinkedHashMap<>();
    shares.put(a, x);
    shares.put(b, y);
    return shares;
  }
}
