package dev.braid.transforms.align;

import static dev.braid.transforms.align.Alignment.at;
import static dev.braid.transforms.align.Alignment.second;
import static dev.braid.transforms.align.Alignment.stream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.transforms.featurize.Embedding;
import java.util.List;
import org.apache.beam.sdk.testing.TestStream;
import org.junit.jupiter.api.Test;

/** Sliding windows in time, on an engine that does them exactly. */
public abstract class TimeWindowsContract extends WindowsContract {
  /** Whether the engine has a counter of what it drops. */
  protected boolean countsWhatItDrops() {
    return true;
  }

  private static final String PUNCTUAL = "{size: 10s, period: 5s}";
  private static final String PATIENT = "{size: 10s, period: 5s, allowedLateness: 20s}";

  @Test
  void onTimeDataOfAllModalitiesMeetInEveryWindowThatHoldsThem() {
    List<String> scenes =
        run(
            PUNCTUAL,
            stream()
                .addElements(at("e", "log", "l1", 7))
                .addElements(at("e", "voice", "v1", 9), at("other", "log", "l2", 9))
                .advanceWatermarkToInfinity());

    assertThat(scenes)
        .containsExactlyInAnyOrder(
            "e 0..10 r0 final {log=[l1], voice=[v1]}",
            "e 5..15 r0 final {log=[l1], voice=[v1]}",
            "other 0..10 r0 final {log=[l2]}",
            "other 5..15 r0 final {log=[l2]}");
  }

  @Test
  void whileLateDataMayCorrectAnAnswerItIsNotFinal() {
    List<String> scenes =
        run(
            PATIENT,
            stream()
                .addElements(at("e", "log", "l1", 7))
                .advanceWatermarkTo(second(15))
                .advanceWatermarkTo(second(100))
                .advanceWatermarkToInfinity());

    assertThat(scenes).containsExactlyInAnyOrder("e 0..10 r0 {log=[l1]}", "e 5..15 r0 {log=[l1]}");
  }

  @Test
  void anAnswerAfterWhichAllDataWouldBeTooLateIsFinal() {
    List<String> scenes =
        run(
            PATIENT,
            stream()
                .addElements(at("e", "log", "l1", 7))
                // Past the allowed lateness of 0..10, not yet past that of 5..15.
                .advanceWatermarkTo(second(30))
                .advanceWatermarkToInfinity());

    assertThat(scenes)
        .containsExactlyInAnyOrder("e 0..10 r0 final {log=[l1]}", "e 5..15 r0 {log=[l1]}");
  }

  @Test
  void dataThatComeLateButBeforeTheWatermarkPassesAreAsIfOnTime() {
    List<String> scenes =
        run(
            PUNCTUAL,
            stream()
                .addElements(at("e", "log", "l1", 12))
                .advanceWatermarkTo(second(9))
                .addElements(at("e", "voice", "v1", 8))
                .advanceWatermarkToInfinity());

    assertThat(scenes)
        .containsExactlyInAnyOrder(
            "e 0..10 r0 final {voice=[v1]}",
            "e 5..15 r0 final {log=[l1], voice=[v1]}",
            "e 10..20 r0 final {log=[l1]}");
  }

  @Test
  void lateVoiceWithinLatenessRefinesTheWholeScene() {
    List<String> scenes =
        run(
            PATIENT,
            stream()
                .addElements(at("e", "log", "l1", 7))
                .advanceWatermarkTo(second(20))
                .addElements(at("e", "voice", "v1", 9))
                .advanceWatermarkTo(second(21))
                .addElements(at("e", "voice", "v2", 3))
                .advanceWatermarkTo(second(40))
                .advanceWatermarkToInfinity());

    assertThat(scenes)
        .containsExactlyInAnyOrder(
            "e 0..10 r0 {log=[l1]}",
            "e 5..15 r0 {log=[l1]}",
            "e 0..10 r1 {log=[l1], voice=[v1]}",
            "e 5..15 r1 {log=[l1], voice=[v1]}",
            "e -5..5 r0 {voice=[v2]}",
            "e 0..10 r2 {log=[l1], voice=[v2, v1]}");
  }

  @Test
  void voiceThatIsTooLateIsDroppedAndTheRunnerCountsIt() {
    Alignment alignment =
        of(
            PATIENT,
            stream()
                .addElements(at("e", "log", "l1", 7))
                .advanceWatermarkTo(second(29))
                .advanceWatermarkTo(second(32))
                .advanceWatermarkTo(second(33))
                // Too late for 0..10, not yet for 5..15.
                .addElements(at("e", "voice", "v1", 9))
                .advanceWatermarkTo(second(36))
                .advanceWatermarkTo(second(37))
                .addElements(at("e", "voice", "v2", 9))
                .advanceWatermarkToInfinity());

    assertThat(alignment.scenes())
        .containsExactlyInAnyOrder(
            "e 0..10 r0 {log=[l1]}", "e 5..15 r0 {log=[l1]}", "e 5..15 r1 {log=[l1], voice=[v1]}");
    // The first in one window, the second in both.
    assertThat(alignment.dropped()).isEqualTo(countsWhatItDrops() ? 3 : 0);
  }

  @Test
  void withoutAllowedLatenessWhatComesLateIsDropped() {
    List<String> scenes =
        run(
            PUNCTUAL,
            stream()
                .addElements(at("e", "log", "l1", 7))
                .advanceWatermarkTo(second(10))
                // Spark drops what is behind the watermark before the last.
                .advanceWatermarkTo(second(11))
                .addElements(at("e", "voice", "v1", 9))
                .advanceWatermarkToInfinity());

    assertThat(scenes)
        .containsExactlyInAnyOrder(
            "e 0..10 r0 final {log=[l1]}", "e 5..15 r0 final {log=[l1], voice=[v1]}");
  }

  @Test
  void dataFromBefore1970Align() {
    List<String> scenes =
        run(PUNCTUAL, stream().addElements(at("e", "log", "l1", -3)).advanceWatermarkToInfinity());

    assertThat(scenes)
        .containsExactlyInAnyOrder("e -10..0 r0 final {log=[l1]}", "e -5..5 r0 final {log=[l1]}");
  }

  @Test
  void entitiesThatShareABucketOfBoundedInputStayApartAndEveryAnswerIsFinal() {
    assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());

    assertThat(ofBounded(PATIENT, at("Aa", "log", "l1", 7), at("BB", "voice", "v1", 7)).scenes())
        .containsExactlyInAnyOrder(
            "Aa 0..10 r0 final {log=[l1]}",
            "Aa 5..15 r0 final {log=[l1]}",
            "BB 0..10 r0 final {voice=[v1]}",
            "BB 5..15 r0 final {voice=[v1]}");
  }

  @Test
  void aSizeThatIsNoMultipleOfThePeriodIsCutWhereWindowsBeginAndEnd() {
    assertThat(
            run(
                "{size: 7s, period: 3s, allowedLateness: 6s}",
                stream()
                    .addElements(at("e", "log", "l1", 6))
                    .advanceWatermarkTo(second(7))
                    .addElements(at("e", "voice", "v1", 7))
                    .advanceWatermarkTo(second(11))
                    .advanceWatermarkTo(second(12))
                    .addElements(at("e", "voice", "v2", 9))
                    .advanceWatermarkTo(second(13))
                    .advanceWatermarkToInfinity()))
        .containsExactlyInAnyOrder(
            "e 0..7 r0 {log=[l1]}",
            "e 3..10 r0 {log=[l1], voice=[v1]}",
            "e 3..10 r1 {log=[l1], voice=[v1, v2]}",
            "e 6..13 r0 {log=[l1], voice=[v1, v2]}",
            "e 9..16 r0 final {voice=[v2]}");
  }

  @Test
  void ofBoundedInputEveryWindowThatHoldsSomethingHasOneSceneHoweverFarApartTheyAre() {
    assertThat(
            ofBounded(
                    "{size: 7s, period: 3s}",
                    at("e", "log", "l1", -1_000_000),
                    at("e", "log", "l2", 5),
                    at("e", "voice", "v1", 6),
                    at("e", "log", "l3", 5_000_000))
                .scenes())
        .containsExactlyInAnyOrder(
            "e -1000005..-999998 r0 final {log=[l1]}",
            "e -1000002..-999995 r0 final {log=[l1]}",
            "e 0..7 r0 final {log=[l2], voice=[v1]}",
            "e 3..10 r0 final {log=[l2], voice=[v1]}",
            "e 6..13 r0 final {voice=[v1]}",
            "e 4999995..5000002 r0 final {log=[l3]}",
            "e 4999998..5000005 r0 final {log=[l3]}");
  }

  private List<String> run(String window, TestStream<Embedding> stream) {
    Alignment alignment = of(window, stream);
    assertThat(alignment.failures()).isEmpty();
    return alignment.scenes();
  }
}
