package dev.braid.transforms.align;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.spec.WindowSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class SlidingEventTimeTest {
  @Test
  void everyInstantIsInTheWindowsThatHoldItBeforeAndAfter1970() {
    Random random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      long size = 1 + random.nextInt(50);
      long period = 1 + random.nextInt((int) size);
      long millis = random.nextInt(400) - 200;

      assertThat(windows(size, period).windowsOf(millis))
          .as("size %d, period %d, millis %d", size, period, millis)
          .containsExactlyElementsOf(oracle(size, period, millis));
    }
  }

  @Test
  void theInstantBefore1970IsInTheWindowThatEndsThere() {
    assertThat(windows(10, 5).windowsOf(-1)).containsExactly(window(-5, 5), window(-10, 0));
  }

  @Test
  void aWindowHoldsItsStartAndNotItsEnd() {
    assertThat(windows(10, 10).windowsOf(10)).containsExactly(window(10, 20));
    assertThat(windows(10, 10).windowsOf(19)).containsExactly(window(10, 20));
    assertThat(windows(10, 10).windowsOf(20)).containsExactly(window(20, 30));
  }

  @Test
  void theFirstAndTheLastInstantOfAnObservationHaveWindows() {
    WindowSpec.Time spec = new WindowSpec.Time(Duration.ofDays(365), Duration.ofDays(365), null);
    long first = java.time.Instant.parse("0001-01-01T00:00:00Z").toEpochMilli();
    long last = java.time.Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    assertThat(SlidingEventTime.of(spec).windowsOf(first)).hasSize(1);
    assertThat(SlidingEventTime.of(spec).windowsOf(last)).hasSize(1);
  }

  @Test
  void windowsOfOneSizeAndPeriodAreEqualAlsoAfterTheTripToAWorker() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(windows(10, 5));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(windows(10, 5)).isNotEqualTo(windows(10, 2));
    }
    assertThat(windows(10, 5).isCompatible(windows(10, 5))).isTrue();
    assertThat(windows(10, 5).isCompatible(windows(20, 5))).isFalse();
  }

  /** Looks at every window near the instant and keeps those that hold it, the latest first. */
  private static List<IntervalWindow> oracle(long size, long period, long millis) {
    List<IntervalWindow> windows = new ArrayList<>();
    for (long k = 500; k >= -500; k--) {
      long start = k * period;
      if (start <= millis && millis < start + size) {
        windows.add(window(start, start + size));
      }
    }
    return windows;
  }

  private static IntervalWindow window(long start, long end) {
    return new IntervalWindow(Instant.ofEpochMilli(start), Instant.ofEpochMilli(end));
  }

  private static SlidingEventTime windows(long size, long period) {
    return SlidingEventTime.of(
        new WindowSpec.Time(Duration.ofMillis(size), Duration.ofMillis(period), null));
  }
}
