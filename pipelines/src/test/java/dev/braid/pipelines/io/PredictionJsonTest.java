package dev.braid.pipelines.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.scene.Answer;
import dev.braid.transforms.fuse.Prediction;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PredictionJsonTest {
  private static final String LINE =
      "{\"id\":\"press-04|2026-01-01T00:01:00Z|plant@3f2a\",\"entity\":\"press-04\","
          + "\"windowStart\":\"2026-01-01T00:00:00Z\",\"windowEnd\":\"2026-01-01T00:01:00Z\","
          + "\"revision\":0,\"final\":true,"
          + "\"tasks\":{\"state\":{\"label\":\"leak\",\"probability\":0.97,"
          + "\"probabilities\":{\"normal\":0.03,\"leak\":0.97}},\"health\":{\"value\":0.41}},"
          + "\"anomaly\":{\"score\":0.83,\"threshold\":0.6,\"isAnomaly\":true},"
          + "\"attention\":{\"camera\":0.41,\"log\":0.59},\"present\":[\"camera\",\"log\"],"
          + "\"model\":{\"name\":\"plant\",\"digest\":\"sha256:3f2a77\",\"device\":\"cpu\","
          + "\"precision\":\"int8\"}}";

  @Test
  void aPredictionIsOneLineWithItsMembersInOrder() {
    assertThat(
            PredictionJson.format(prediction(Map.of("camera", 0.41f, "log", 0.59f, "voice", 0f))))
        .isEqualTo(LINE);
  }

  @Test
  void whatWasWrittenIsReadBack() {
    assertThat(PredictionJson.parse(LINE))
        .isEqualTo(prediction(Map.of("camera", 0.41f, "log", 0.59f)));
    assertThat(PredictionJson.format(PredictionJson.parse(LINE))).isEqualTo(LINE);
  }

  @Test
  void aPredictionOfAWindowByCountBearsItsOrdinal() {
    Prediction counted =
        prediction(Map.of("camera", 0.41f, "log", 0.59f)).toBuilder()
            .setOrdinal(30)
            .setRevision(2)
            .setFinal(false)
            .build();

    assertThat(PredictionJson.format(counted))
        .isEqualTo(
            LINE.replace("|2026-01-01T00:01:00Z|", "|#30|")
                .replace(
                    "\"revision\":0,\"final\":true",
                    "\"ordinal\":30,\"revision\":2,\"final\":false"));
    assertThat(PredictionJson.parse(PredictionJson.format(counted))).isEqualTo(counted);
  }

  @Test
  void aLineThatIsNoPredictionIsRefused() {
    assertThatThrownBy(() -> PredictionJson.parse("{}"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PredictionJson.parse(LINE.substring(0, 50)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not a prediction: ");
  }

  private static Prediction prediction(Map<String, Float> attention) {
    Map<String, Float> probabilities = new LinkedHashMap<>();
    probabilities.put("normal", 0.03f);
    probabilities.put("leak", 0.97f);
    Map<String, Answer.TaskAnswer> tasks = new LinkedHashMap<>();
    tasks.put("state", new Answer.Classified("leak", 0.97f, probabilities));
    tasks.put("health", new Answer.Estimated(0.41f));
    return Prediction.builder()
        .setEntity("press-04")
        .setWindowStart(Instant.parse("2026-01-01T00:00:00Z"))
        .setWindowEnd(Instant.parse("2026-01-01T00:01:00Z"))
        .setRevision(0)
        .setFinal(true)
        .setAnswer(new Answer(tasks, 0.83f, attention))
        .setPresent(List.of("camera", "log"))
        .setAnomalyThreshold(0.6)
        .setModel(new Prediction.Model("plant", "sha256:3f2a77", "cpu", "int8"))
        .build();
  }
}
