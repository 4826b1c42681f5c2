package dev.braid.transforms.align;

import static dev.braid.transforms.align.Alignment.at;
import static dev.braid.transforms.align.Alignment.second;
import static dev.braid.transforms.align.Alignment.stream;
import static org.assertj.core.api.Assertions.assertThat;

import org.joda.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Early answers and spent budgets on an engine whose test stream waits for what is made of each
 * step and knows processing time.
 */
public abstract class SteppedWindowsContract extends WindowsContract {
  private static final Duration EARLY = Duration.standardSeconds(2);

  @Test
  void aWindowThatHasNotEndedIsAnsweredWithWhatThereIsOfIt() {
    assertThat(
            of(
                    "{size: 10s, early: 2s}",
                    stream()
                        .addElements(at("e", "log", "l1", 3))
                        .advanceProcessingTime(EARLY.plus(1))
                        .addElements(at("e", "voice", "v1", 5))
                        .advanceProcessingTime(EARLY.plus(1))
                        .advanceWatermarkTo(second(10))
                        .advanceWatermarkToInfinity())
                .scenes())
        .containsExactlyInAnyOrder(
            "e 0..10 r0 {log=[l1]}",
            "e 0..10 r1 {log=[l1], voice=[v1]}",
            "e 0..10 r2 final {log=[l1], voice=[v1]}");
  }

  @Test
  void aWindowThatEndsBeforeAnEarlyAnswerIsDueHasNone() {
    assertThat(
            of(
                    "{size: 10s, early: 2s}",
                    stream()
                        .addElements(at("e", "log", "l1", 3))
                        .advanceProcessingTime(Duration.standardSeconds(1))
                        .advanceWatermarkTo(second(10))
                        .advanceProcessingTime(EARLY)
                        .advanceWatermarkToInfinity())
                .scenes())
        .containsExactly("e 0..10 r0 final {log=[l1]}");
  }

  @Test
  void noEarlyAnswerIsGivenTwiceWhileNothingComes() {
    assertThat(
            of(
                    "{size: 10s, early: 2s}",
                    stream()
                        .addElements(at("e", "log", "l1", 3))
                        .advanceProcessingTime(EARLY.plus(1))
                        .advanceProcessingTime(EARLY.plus(1))
                        .advanceProcessingTime(EARLY.plus(1))
                        .advanceWatermarkToInfinity())
                .scenes())
        .containsExactlyInAnyOrder("e 0..10 r0 {log=[l1]}", "e 0..10 r1 final {log=[l1]}");
  }

  @Test
  void lateDataCorrectTheAnswerAndTooLateDataDoNot() {
    assertThat(
            of(
                    "{size: 10s, allowedLateness: 5s, early: 2s}",
                    stream()
                        .addElements(at("e", "log", "l1", 3))
                        .advanceProcessingTime(EARLY.plus(1))
                        .advanceWatermarkTo(second(12))
                        .addElements(at("e", "voice", "v1", 5))
                        .advanceWatermarkTo(second(16))
                        .addElements(at("e", "voice", "v2", 6))
                        .advanceWatermarkToInfinity())
                .scenes())
        .containsExactlyInAnyOrder(
            "e 0..10 r0 {log=[l1]}", "e 0..10 r1 {log=[l1]}", "e 0..10 r2 {log=[l1], voice=[v1]}");
  }

  @Test
  void theAnswerIsGivenWithoutTheVoiceWhenTheBudgetIsSpentAndCorrectedWhenItComes() {
    assertThat(
            of(
                    "{size: 10s, allowedLateness: 20s}",
                    ", wait: 10s",
                    stream()
                        .addElements(at("e", "log", "l1", 3))
                        .advanceWatermarkTo(second(20))
                        .addElements(at("e", "voice", "v1", 5))
                        .advanceWatermarkTo(second(29))
                        .advanceWatermarkToInfinity())
                .scenes())
        .containsExactlyInAnyOrder("e 0..10 r0 {log=[l1]}", "e 0..10 r1 {log=[l1], voice=[v1]}");
  }

  @Test
  void anEarlyAnswerWaitsForNothing() {
    assertThat(
            of(
                    "{size: 10s, allowedLateness: 20s, early: 2s}",
                    ", wait: 10s",
                    stream()
                        .addElements(at("e", "log", "l1", 3))
                        .advanceProcessingTime(EARLY.plus(1))
                        .advanceWatermarkTo(second(12))
                        .addElements(at("e", "voice", "v1", 5))
                        .advanceWatermarkToInfinity())
                .scenes())
        .containsExactlyInAnyOrder("e 0..10 r0 {log=[l1]}", "e 0..10 r1 {log=[l1], voice=[v1]}");
  }
}
