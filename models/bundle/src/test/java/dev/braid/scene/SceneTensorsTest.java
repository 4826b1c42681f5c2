package dev.braid.scene;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SceneTensorsTest {
  private static final Instant START = Instant.parse("1969-12-31T23:59:50Z");
  private static final Instant END = Instant.parse("1970-01-01T00:00:00Z");
  private static final Spec SPEC =
      SpecYaml.parse(
          """
          name: plant
          window: {size: 10s}
          modalities:
            camera: {kind: image, height: 8, width: 8, maxTokens: 2}
            log:    {kind: text}
          tasks:
            state:  {kind: classification, labels: [normal, leak]}
            health: {kind: regression}
          """);
  private final SceneTensors scenes = new SceneTensors(SPEC, Map.of("log", 1, "camera", 2));

  @Test
  void everyModalityHasItsTokensTheirMaskAndTheirPositions() {
    assertThat(scenes.inputs())
        .containsExactly(
            TensorSpec.floats("camera", -1, 2),
            TensorSpec.floats("camera.mask", -1),
            TensorSpec.floats("camera.position", -1),
            TensorSpec.floats("log", -1, 1),
            TensorSpec.floats("log.mask", -1),
            TensorSpec.floats("log.position", -1));
  }

  @Test
  void tokensLieRowByRowInTheirOrder() {
    TensorRow row =
        scenes.row(
            START,
            END,
            Map.of(
                "camera", List.of(token("b", 7_500, 3, 4), token("a", 0, 1, 2)),
                "log", List.of(token("c", 9_999, 5))));
    row.check(scenes.inputs());
    assertThat(row.floats(0)).containsExactly(1, 2, 3, 4);
    assertThat(row.floats(1)).containsExactly(1, 1);
    assertThat(row.floats(2)).containsExactly(0, 0.75f);
    assertThat(row.floats(3)).containsExactly(5);
    assertThat(row.floats(4)).containsExactly(1);
    assertThat(row.floats(5)).containsExactly(0.9999f);
  }

  @Test
  void ofTooManyTokensTheLatestAreKeptAndDuplicatesDropped() {
    TensorRow row =
        scenes.row(
            START,
            END,
            Map.of(
                "camera",
                List.of(
                    token("a", 1_000, 1, 1),
                    token("c", 3_000, 3, 3),
                    token("b", 2_000, 2, 2),
                    token("c", 4_000, 9, 9))));
    assertThat(row.floats(0)).containsExactly(2, 2, 9, 9);
    assertThat(row.floats(2)).containsExactly(0.2f, 0.4f);
  }

  @Test
  void aModalityThatIsNotThereIsOneTokenOfPadding() {
    TensorRow row = scenes.row(START, END, Map.of("log", List.of()));
    row.check(scenes.inputs());
    for (int i = 0; i < 6; i++) {
      assertThat(row.floats(i)).containsOnly(0f).hasSize(i == 0 ? 2 : 1);
    }
  }

  @Test
  void anEmbeddingOfAnotherWidthIsRefused() {
    assertThatThrownBy(() -> scenes.row(START, END, Map.of("log", List.of(token("a", 0, 1, 2)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an embedding of 'log' must have 1 values, but had: 2");
  }

  @Test
  void everyModalityNeedsAWidth() {
    assertThatThrownBy(() -> new SceneTensors(SPEC, Map.of("log", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("widths are needed of [camera, log], but were given of [log]");
  }

  @Test
  void outputsAreTheTasksTheAnomalyAndTheAttention() {
    FusionOutputs outputs = new FusionOutputs(SPEC);
    assertThat(outputs.outputs())
        .containsExactly(
            TensorSpec.floats("task.state", 2),
            TensorSpec.floats("task.health", 1),
            TensorSpec.floats("anomaly", 1),
            TensorSpec.floats("attention", 2));
  }

  @Test
  void anAnswerIsReadOffTheOutputs() {
    Answer answer =
        new FusionOutputs(SPEC)
            .decode(new float[][] {{0.25f, 0.75f}, {41.5f}, {0.83f}, {0.9f, 0.1f}});
    assertThat(answer)
        .isEqualTo(
            new Answer(
                Map.of(
                    "state",
                        new Answer.Classified(
                            "leak", 0.75f, Map.of("normal", 0.25f, "leak", 0.75f)),
                    "health", new Answer.Estimated(41.5f)),
                0.83f,
                Map.of("camera", 0.9f, "log", 0.1f)));
    assertThat(answer.tasks().keySet()).containsExactly("state", "health");
    assertThat(answer.attention().keySet()).containsExactly("camera", "log");
    Answer.Classified state = (Answer.Classified) answer.tasks().get("state");
    assertThat(state.probabilities().keySet()).containsExactly("normal", "leak");
  }

  @Test
  void ofEquallyProbableLabelsTheFirstIsTheAnswer() {
    Answer answer = new FusionOutputs(SPEC).decode(new float[][] {{0.5f, 0.5f}, {0}, {0}, {0, 0}});
    assertThat(((Answer.Classified) answer.tasks().get("state")).label()).isEqualTo("normal");
  }

  private static Token token(String id, long millis, float... embedding) {
    return new Token(id, START.plusMillis(millis), embedding);
  }
}
