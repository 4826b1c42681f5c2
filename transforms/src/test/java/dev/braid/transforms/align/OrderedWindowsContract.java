package dev.braid.transforms.align;

import static dev.braid.transforms.align.Alignment.at;
import static dev.braid.transforms.align.Alignment.second;
import static dev.braid.transforms.align.Alignment.stream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.transforms.observation.DeadLetter;
import org.junit.jupiter.api.Test;

/** Windows by count and sessions of streams: on time, out of order, late, too late. */
public abstract class OrderedWindowsContract extends WindowsContract {
  private static final String COUNT = "{count: 3, every: 2}";
  private static final String SESSION = "{gap: 10s}";

  @Test
  void theLastObservationsAreAnsweredEachTimeThatSoManyMoreHaveCome() {
    Alignment alignment =
        of(
            COUNT,
            stream()
                .addElements(at("e", "log", "1", -9), at("e", "voice", "2", -8))
                .addElements(at("e", "log", "3", 3), at("f", "log", "1", 3))
                .addElements(at("e", "log", "4", 4), at("e", "log", "5", 5))
                .advanceWatermarkToInfinity());

    assertThat(alignment.scenes())
        .containsExactlyInAnyOrder(
            "e #2 -9..-8 r0 final {log=[1], voice=[2]}",
            "e #4 -8..4 r0 final {log=[3, 4], voice=[2]}");
    assertThat(alignment.failures()).isEmpty();
  }

  @Test
  void observationsThatComeOutOfOrderAreCountedInTheOrderOfTheirTimes() {
    Alignment alignment =
        of(
            COUNT,
            stream()
                .addElements(at("e", "log", "4", 4), at("e", "log", "2", 2))
                .advanceWatermarkTo(second(1))
                .addElements(at("e", "log", "3", 3), at("e", "log", "1", 1))
                .advanceWatermarkTo(second(3))
                .addElements(at("e", "voice", "3", 3))
                .advanceWatermarkTo(second(5))
                .advanceWatermarkToInfinity());

    assertThat(alignment.scenes())
        .containsExactlyInAnyOrder(
            "e #2 1..2 r0 final {log=[1, 2]}", "e #4 2..3 r0 final {log=[2, 3], voice=[3]}");
    assertThat(alignment.failures()).isEmpty();
  }

  @Test
  void anObservationBehindTheWatermarkIsCountedWhileNoneAfterItIs() {
    Alignment alignment =
        of(
            COUNT,
            stream()
                .addElements(at("e", "log", "1", 1))
                .advanceWatermarkTo(second(9))
                .addElements(at("e", "log", "2", 2))
                .advanceWatermarkToInfinity());

    assertThat(alignment.scenes()).containsExactly("e #2 1..2 r0 final {log=[1, 2]}");
    assertThat(alignment.failures()).isEmpty();
  }

  @Test
  void anObservationBeforeOneThatIsCountedIsADeadLetterAndADuplicateIsNot() {
    Alignment alignment =
        of(
            COUNT,
            stream()
                .addElements(at("e", "log", "1", 1), at("e", "log", "3", 3))
                .advanceWatermarkTo(second(4))
                .addElements(at("e", "voice", "2", 2), at("e", "log", "1", 1))
                .addElements(at("e", "log", "4", 4))
                .advanceWatermarkTo(second(5))
                .addElements(at("e", "log", "5", 5))
                .advanceWatermarkToInfinity());

    assertThat(alignment.scenes())
        .containsExactlyInAnyOrder(
            "e #2 1..3 r0 final {log=[1, 3]}", "e #4 3..5 r0 final {log=[3, 4, 5]}");
    assertThat(alignment.failures())
        .containsExactly(
            DeadLetter.of(
                "AlignModalities",
                "voice",
                "e",
                "2",
                "too late: later observations of 'e' than this one of 1970-01-01T00:00:02Z are"
                    + " answered already; let the input be further out of order",
                null,
                "{\"id\":\"2\",\"entity\":\"e\",\"modality\":\"voice\","
                    + "\"time\":\"1970-01-01T00:00:02Z\",\"embedding\":[2.0]}"));
  }

  @Test
  void aSessionEndsWhenTheGapHasPassed() {
    Alignment alignment =
        of(
            SESSION,
            stream()
                .addElements(at("e", "log", "1", -12), at("e", "voice", "2", -3))
                .addElements(at("e", "log", "3", 7), at("f", "log", "4", 0))
                .advanceWatermarkTo(second(7))
                .advanceWatermarkToInfinity());

    assertThat(alignment.scenes())
        .containsExactlyInAnyOrder(
            "e -12..7 r0 final {log=[1], voice=[2]}",
            "e 7..17 r0 final {log=[3]}",
            "f 0..10 r0 final {log=[4]}");
    assertThat(alignment.failures()).isEmpty();
  }

  @Test
  void anObservationThatComesOutOfOrderJoinsTwoSessions() {
    Alignment alignment =
        of(
            SESSION,
            stream()
                .addElements(at("e", "log", "3", 15))
                .advanceWatermarkTo(second(1))
                .addElements(at("e", "log", "1", 1))
                .advanceWatermarkTo(second(7))
                .addElements(at("e", "log", "2", 8))
                .advanceWatermarkTo(second(24))
                .advanceWatermarkToInfinity());

    assertThat(alignment.scenes()).containsExactly("e 1..25 r0 final {log=[1, 2, 3]}");
    assertThat(alignment.failures()).isEmpty();
  }

  @Test
  void anObservationBehindTheWatermarkGoesIntoASessionThatIsStillOpen() {
    Alignment alignment =
        of(
            SESSION,
            stream()
                .addElements(at("e", "log", "2", 8))
                .advanceWatermarkTo(second(17))
                .addElements(at("e", "log", "1", 5))
                .advanceWatermarkTo(second(18))
                .advanceWatermarkToInfinity());

    assertThat(alignment.scenes()).containsExactly("e 5..18 r0 final {log=[1, 2]}");
    assertThat(alignment.failures()).isEmpty();
  }

  @Test
  void anObservationOfASessionThatIsAnsweredIsADeadLetter() {
    Alignment alignment =
        of(
            SESSION,
            stream()
                .addElements(at("e", "log", "1", 8))
                .advanceWatermarkTo(second(18))
                .addElements(at("e", "log", "late", 17), at("e", "log", "2", 18))
                .advanceWatermarkToInfinity());

    assertThat(alignment.scenes())
        .containsExactlyInAnyOrder("e 8..18 r0 final {log=[1]}", "e 18..28 r0 final {log=[2]}");
    assertThat(alignment.failures()).extracting(DeadLetter::getId).containsExactly("late");
  }

  @Test
  void boundedInputGivesTheSameAnswers() {
    assertThat(
            ofBounded(
                    COUNT,
                    at("e", "log", "4", 4),
                    at("e", "voice", "2", 2),
                    at("e", "log", "1", 1),
                    at("e", "log", "1", 1),
                    at("e", "log", "3", 3))
                .scenes())
        .containsExactlyInAnyOrder(
            "e #2 1..2 r0 final {log=[1], voice=[2]}",
            "e #4 2..4 r0 final {log=[3, 4], voice=[2]}");
    assertThat(
            ofBounded(
                    SESSION,
                    at("e", "log", "3", 18),
                    at("e", "voice", "2", 8),
                    at("e", "log", "1", 1),
                    at("f", "log", "1", 1))
                .scenes())
        .containsExactlyInAnyOrder(
            "e 1..18 r0 final {log=[1], voice=[2]}",
            "e 18..28 r0 final {log=[3]}",
            "f 1..11 r0 final {log=[1]}");
  }
}
