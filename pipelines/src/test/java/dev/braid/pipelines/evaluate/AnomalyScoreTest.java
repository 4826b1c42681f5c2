package dev.braid.pipelines.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.braid.dataset.AnomalyWindow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AnomalyScoreTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** Scenes of ten seconds; {@code !} is flagged. */
  private static List<AnomalyScore.Flag> scenes(String entity, String flags) {
    List<AnomalyScore.Flag> scenes = new ArrayList<>();
    for (int i = 0; i < flags.length(); i++) {
      scenes.add(
          new AnomalyScore.Flag(entity, at(10 * i), at(10 * i + 10), flags.charAt(i) == '!'));
    }
    return scenes;
  }

  private static Instant at(long second) {
    return START.plusSeconds(second);
  }

  private static AnomalyWindow window(String entity, long from, long to) {
    return new AnomalyWindow(entity, at(from), at(to));
  }

  @Test
  void aWindowIsFoundOnceHoweverManyOfItsScenesAreFlagged() {
    AnomalyScore score =
        AnomalyScore.of(
            scenes("a", "..!!..!..."), List.of(window("a", 15, 45), window("a", 80, 90)));

    assertThat(score.windows()).isEqualTo(2);
    assertThat(score.found()).isEqualTo(1);
    assertThat(score.flagged()).isEqualTo(3);
    assertThat(score.falseScenes()).isEqualTo(1);
    assertThat(score.precision()).isEqualTo(2.0 / 3, within(1e-12));
    assertThat(score.recall()).isEqualTo(0.5);
    assertThat(score.f1()).isEqualTo(4.0 / 7, within(1e-12));
  }

  @Test
  void aSceneThatEndsWhereAWindowBeginsIsOutsideOfIt() {
    assertThat(AnomalyScore.of(scenes("a", "!."), List.of(window("a", 10, 20))).found()).isZero();
    assertThat(AnomalyScore.of(scenes("a", ".!"), List.of(window("a", 0, 10))).found()).isZero();
    assertThat(AnomalyScore.of(scenes("a", "!."), List.of(window("a", 9, 20))).found())
        .isEqualTo(1);
  }

  @Test
  void aRunOfFalseScenesIsOneAlarm() {
    List<AnomalyScore.Flag> scenes = new ArrayList<>(scenes("a", "!!.!"));
    scenes.addAll(scenes("b", "!!.."));

    AnomalyScore score = AnomalyScore.of(scenes, List.of());

    assertThat(score.falseScenes()).isEqualTo(5);
    assertThat(score.falseAlarms()).isEqualTo(3);
  }

  @Test
  void flaggingEverythingEarnsNoMoreThanTheShareOfLabelledTime() {
    AnomalyScore score = AnomalyScore.of(scenes("a", "!!!!!!!!!!"), List.of(window("a", 50, 60)));

    assertThat(score.recall()).isEqualTo(1);
    assertThat(score.precision()).isEqualTo(0.1);
  }

  @Test
  void anotherEntitysWindowIsNoExcuse() {
    AnomalyScore score = AnomalyScore.of(scenes("a", "!"), List.of(window("b", 0, 10)));

    assertThat(score).isEqualTo(new AnomalyScore(0, 0, 1, 1, 1, 0, 0, 0));
  }
}
