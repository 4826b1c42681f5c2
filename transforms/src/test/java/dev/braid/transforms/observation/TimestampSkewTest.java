package dev.braid.transforms.observation;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.junit.jupiter.api.Test;

class TimestampSkewTest {
  @Test
  void anOutputMayHaveAnyTimestampWhateverThatOfTheElementBeforeIt() {
    assertThat(BoundedWindow.TIMESTAMP_MAX_VALUE.minus(TimestampSkew.ANY))
        .isEqualTo(BoundedWindow.TIMESTAMP_MIN_VALUE);
  }

  @Test
  void takingTheSkewFromTheEarliestTimestampDoesNotOverflow() {
    // Beam would catch it, for each output, and a stack trace costs more than a small model.
    assertThat(BoundedWindow.TIMESTAMP_MIN_VALUE.minus(TimestampSkew.ANY))
        .isLessThan(BoundedWindow.TIMESTAMP_MIN_VALUE);
  }
}
