package dev.braid.pipelines.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.report.Bands;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DemoScoresTest {
  private static final Instant FIRST = Instant.parse("2026-01-01T00:01:00Z");

  @Test
  void precisionIsOfWhatWasSaidAndRecallOfWhatIs() {
    List<ScoredWindow> windows =
        Windows.of("press-00", "normal", "normal>leak", "leak", "leak", "leak>normal");

    assertThat(StateScore.of(List.of("normal", "leak", "overheating"), windows))
        .containsExactly(
            new StateScore("normal", 2, 2, 1),
            new StateScore("leak", 3, 3, 2),
            new StateScore("overheating", 0, 0, 0));
    assertThat(new StateScore("leak", 4, 5, 2).precision()).isEqualTo(0.4);
    assertThat(new StateScore("leak", 4, 5, 2).recall()).isEqualTo(0.5);
    assertThat(new StateScore("overheating", 0, 0, 0).recall()).isNaN();
  }

  @Test
  void aMissIsAtAChangeIfTheTruthTurnsWithinHalfAWindow() {
    // Seven windows after the change lie 35 s from it, more than half of the 60 s.
    String[] states = new String[20];
    java.util.Arrays.fill(states, 0, 10, "normal");
    java.util.Arrays.fill(states, 10, 20, "leak");
    states[9] = "normal>leak";
    states[15] = "leak>normal";
    states[16] = "leak>normal";

    assertThat(Misses.of(DemoResults.of(Windows.of("press-00", states))))
        .isEqualTo(new Misses(3, 2));
  }

  @Test
  void anotherMachinesChangeExcusesNothing() {
    List<ScoredWindow> windows = new ArrayList<>(Windows.of("press-00", "normal", "leak"));
    windows.addAll(Windows.of("press-01", "normal", "normal>leak"));

    assertThat(Misses.of(DemoResults.of(windows))).isEqualTo(new Misses(1, 0));
  }

  @Test
  void noMissesAreOneSentence() {
    assertThat(new Misses(0, 0).sentence()).isEqualTo("No window is wrong.");
    assertThat(new Misses(1200, 1100).sentence())
        .isEqualTo("Of 1,200 wrong windows 1,100 are ones in which the state changes.");
  }

  @Test
  void windowsAreCountedByWhatTheyLack() {
    List<ScoredWindow> windows =
        List.of(
            Windows.of("a", 0, "leak", "leak", Windows.MODALITIES),
            Windows.of("a", 1, "leak", "normal", List.of("log", "work_order")),
            Windows.of("a", 2, "leak", "leak", List.of("camera", "log", "work_order")));

    assertThat(ModalityScore.of(Windows.MODALITIES, windows))
        .containsExactly(
            new ModalityScore("nothing", 1, 1),
            new ModalityScore("camera", 1, 0),
            new ModalityScore("log", 0, 0),
            new ModalityScore("vibration", 2, 1),
            new ModalityScore("work_order", 0, 0),
            new ModalityScore("any", 2, 1));
  }

  @Test
  void bandsJoinWindowsThatFollowEachOtherAndAgree() {
    List<ScoredWindow> windows =
        new ArrayList<>(Windows.of("press-00", "normal", "normal>leak", "leak"));
    // One window, the fourth, has no prediction.
    windows.add(Windows.of("press-00", 4, "leak", "leak", Windows.MODALITIES));

    Bands bands = DemoCharts.bands(DemoResults.of(windows));

    assertThat(bands.rows()).containsExactly("press-00");
    assertThat(bands.colours().keySet())
        .containsExactly("normal", "bearing_fault", "overheating", "leak");
    assertThat(bands.spans())
        .containsExactly(
            truth(-5, 5, "normal"),
            truth(5, 10, "leak"),
            truth(15, 20, "leak"),
            prediction(-5, 0, "normal"),
            prediction(0, 10, "leak"),
            prediction(15, 20, "leak"));
  }

  @Test
  void attentionIsAveragedOverTheWindowsOfEachPredictedState() {
    Map<String, Object> option =
        DemoCharts.attention(DemoResults.of(Windows.of("press-00", "normal", "leak>normal")));

    assertThat(option.get("yAxis").toString()).contains("data=[normal]");
    assertThat(option.get("series").toString())
        .contains("data=[0.75]", "data=[0.25]", "data=[0.0]");
  }

  private static Bands.Span truth(int begin, int end, String kind) {
    return new Bands.Span(0, 0, FIRST.plusSeconds(begin), FIRST.plusSeconds(end), kind, "");
  }

  private static Bands.Span prediction(int begin, int end, String kind) {
    return new Bands.Span(
        0, 1, FIRST.plusSeconds(begin), FIRST.plusSeconds(end), kind, "mean probability 0.75");
  }
}
