package dev.braid.training.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SignalTest {
  @Test
  void aStretchIsDescribedByItsShape() {
    Signal signal = Signal.of(new float[] {9, 1, 3, 1, 3, 5, 5, 7, 7, 9}, 1, 9);

    assertThat(signal).isEqualTo(new Signal(4, Math.sqrt(5), 1, 3, 5, 7, 7, 10.0 / 7, 4, 1.0 / 7));
  }

  @Test
  void oneSampleHasNoChangeAndNoRise() {
    assertThat(Signal.of(new float[] {2}, 0, 1))
        .isEqualTo(new Signal(2, 0, 2, 2, 2, 2, 2, 0, 0, 0));
  }
}
