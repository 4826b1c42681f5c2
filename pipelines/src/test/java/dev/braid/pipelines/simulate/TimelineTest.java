package dev.braid.pipelines.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class TimelineTest {
  private static final double[] EVEN = {1, 1, 1};

  @Test
  void aFaultGrowsAndThenIsRepaired() {
    Timeline timeline = Timeline.faults(600, EVEN, new Random(1));
    double begin = 0;
    while (!timeline.covers(begin)) {
      begin++;
    }
    double end = begin;
    while (timeline.covers(end)) {
      end++;
    }

    assertThat(end - begin).isBetween(239.0, 481.0);
    assertThat(timeline.severity(begin)).isCloseTo(0.4, within(0.01));
    assertThat(timeline.severity(end - 1)).isBetween(0.6, 1.0);
    assertThat(timeline.severity(begin + 10)).isGreaterThan(timeline.severity(begin));
    assertThat(timeline.severity(end)).isZero();
    assertThat(timeline.severity(timeline.state(begin), begin)).isEqualTo(timeline.severity(begin));
    assertThat(timeline.severity(MachineState.NORMAL, begin)).isZero();
  }

  @Test
  void theStateThatHeldLongestWins() {
    Timeline timeline = Timeline.faults(600, EVEN, new Random(1));
    double begin = 0;
    while (!timeline.covers(begin)) {
      begin++;
    }

    assertThat(timeline.longest(begin - 40, begin + 20)).isEqualTo(MachineState.NORMAL);
    assertThat(timeline.longest(begin - 20, begin + 40)).isEqualTo(timeline.state(begin + 1));
  }

  @Test
  void disturbancesCoverTheirShareOfTheTime() {
    Timeline timeline =
        Timeline.disturbances(100_000, 0.1, 30, 80, MachineState.FAULTS, new Random(1));
    int covered = 0;
    for (int second = 0; second < 100_000; second++) {
      covered += timeline.covers(second) ? 1 : 0;
    }

    assertThat(covered / 100_000.0).isCloseTo(0.1, within(0.01));
  }
}
