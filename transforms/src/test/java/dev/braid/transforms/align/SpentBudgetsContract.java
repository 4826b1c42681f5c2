package dev.braid.transforms.align;

import static dev.braid.transforms.align.Alignment.at;
import static dev.braid.transforms.align.Alignment.second;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Waits that end, in real time, on an engine that does them exactly. */
public abstract class SpentBudgetsContract extends LiveWindows {
  @Test
  final void theAnswerIsGivenWithoutTheVoiceWhenTheBudgetIsSpentAndCorrectedWhenItComes()
      throws Exception {
    assertThat(
            run(
                "{size: 10s, allowedLateness: 20s}",
                ", wait: 10s",
                scenes -> {
                  script.add(at("e", "log", "l1", 3));
                  script.watermark(second(12));
                  script.watermark(second(20));
                  await(scenes, 1);
                  script.add(at("e", "voice", "v1", 5));
                  await(scenes, 2);
                }))
        .containsExactly("e 0..10 r0 {log=[l1]}", "e 0..10 r1 {log=[l1], voice=[v1]}");
  }

  @Test
  final void theAnswerWaitsForAVoiceThatComesWithinItsBudgetAndAnEarlyAnswerForNothing()
      throws Exception {
    assertThat(
            run(
                "{size: 10s, allowedLateness: 20s, early: 200ms}",
                ", wait: 10s",
                scenes -> {
                  script.add(at("e", "log", "l1", 3));
                  await(scenes, 1);
                  // The other entity's answer says that the window's end has come through.
                  script.add(at("f", "voice", "v0", 4));
                  await(scenes, 2);
                  script.watermark(second(12));
                  await(scenes, 3);
                  script.add(at("e", "voice", "v1", 5));
                  await(scenes, 4);
                }))
        .containsExactly(
            "e 0..10 r0 {log=[l1]}",
            "f 0..10 r0 {voice=[v0]}",
            "f 0..10 r1 {voice=[v0]}",
            "e 0..10 r1 {log=[l1], voice=[v1]}");
  }
}
