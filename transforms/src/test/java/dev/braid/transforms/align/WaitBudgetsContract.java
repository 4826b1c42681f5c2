package dev.braid.transforms.align;

import static dev.braid.transforms.align.Alignment.at;
import static dev.braid.transforms.align.Alignment.second;
import static dev.braid.transforms.align.Alignment.stream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.scene.Token;
import dev.braid.spec.SpecYaml;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Windows in time in which the voice is waited for: on time, early, late, too late. */
public abstract class WaitBudgetsContract extends WindowsContract {
  private static final String WINDOW = "{size: 10s, allowedLateness: 20s}";
  private static final String WAIT = ", wait: 10s";

  @Test
  void theDeadlineIsTheLongestBudgetOfWhatIsMissing() {
    WaitBudgets budgets =
        WaitBudgets.of(
            SpecYaml.parse(
                """
                name: aligned
                window: {size: 10s, allowedLateness: 20s}
                modalities:
                  a: {kind: text, wait: 5s}
                  b: {kind: text, wait: 7s}
                  c: {kind: text}
                tasks: {health: {kind: regression}}
                """));

    assertThat(budgets.deadline(scene("c"))).isEqualTo(Instant.ofEpochSecond(17));
    assertThat(budgets.deadline(scene("b"))).isEqualTo(Instant.ofEpochSecond(15));
    assertThat(budgets.deadline(scene("a"))).isEqualTo(Instant.ofEpochSecond(17));
    assertThat(budgets.deadline(scene("a", "b"))).isEqualTo(Instant.ofEpochSecond(10));
  }

  @Test
  void aSceneThatLacksNothingIsAnsweredWhenItsWindowEnds() {
    assertThat(
            of(
                    WINDOW,
                    WAIT,
                    stream()
                        .addElements(at("e", "log", "l1", 3), at("e", "voice", "v1", 4))
                        .advanceWatermarkTo(second(10))
                        // Not part of what is answered, had the answer waited.
                        .addElements(at("e", "log", "l2", 5))
                        .advanceWatermarkToInfinity())
                .scenes())
        .containsExactlyInAnyOrder(
            "e 0..10 r0 {log=[l1], voice=[v1]}", "e 0..10 r1 {log=[l1, l2], voice=[v1]}");
  }

  @Test
  void theAnswerWaitsForAVoiceThatComesWithinItsBudget() {
    assertThat(
            of(
                    WINDOW,
                    WAIT,
                    stream()
                        .addElements(at("e", "log", "l1", 3))
                        .advanceWatermarkTo(second(12))
                        .addElements(at("e", "log", "l2", 4))
                        .advanceWatermarkTo(second(19))
                        .addElements(at("e", "voice", "v1", 5))
                        .advanceWatermarkTo(second(29))
                        .advanceWatermarkToInfinity())
                .scenes())
        .containsExactly("e 0..10 r0 {log=[l1, l2], voice=[v1]}");
  }

  @Test
  void aVoiceThatIsTooLateIsDropped() {
    assertThat(
            of(
                    WINDOW,
                    WAIT,
                    stream()
                        .addElements(at("e", "log", "l1", 3))
                        .advanceWatermarkTo(second(29))
                        .advanceWatermarkTo(second(30))
                        .addElements(at("e", "voice", "v1", 5))
                        .advanceWatermarkToInfinity())
                .scenes())
        .containsExactly("e 0..10 r0 {log=[l1]}");
  }

  @Test
  void aBudgetAsLongAsTheAllowedLatenessIsKeptToItsEnd() {
    assertThat(
            of(
                    WINDOW,
                    ", wait: 20s",
                    stream()
                        .addElements(at("e", "log", "l1", 3), at("f", "log", "l2", 3))
                        .advanceWatermarkTo(org.joda.time.Instant.ofEpochMilli(29_999))
                        .addElements(at("e", "voice", "v1", 5))
                        .advanceWatermarkTo(second(30))
                        .advanceWatermarkToInfinity())
                .scenes())
        .containsExactlyInAnyOrder("e 0..10 r0 {log=[l1], voice=[v1]}", "f 0..10 r0 {log=[l2]}");
  }

  private static Scene scene(String... present) {
    Map<String, List<Token>> tokens = new LinkedHashMap<>();
    for (String modality : present) {
      tokens.put(modality, List.of());
    }
    return Scene.of("e", Instant.EPOCH, Instant.ofEpochSecond(10), tokens);
  }
}
