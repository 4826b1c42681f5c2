package dev.braid.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PayloadTest {
  @Test
  void readingsLieSampleAfterSample() {
    Payload.Samples samples = Payload.Samples.of(50, new float[][] {{1, 2, 3}, {4, 5, 6}});

    assertThat(samples.values()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(samples.count()).isEqualTo(2);
    assertThat(samples.channels()).isEqualTo(3);
    assertThat(samples.at(1, 0)).isEqualTo(4);
    assertThat(samples.at(0, 2)).isEqualTo(3);
  }

  @Test
  void samplesOfDifferentLengthsOrNoneAreRefused() {
    assertThatThrownBy(() -> Payload.Samples.of(50, new float[][] {{1, 2}, {3}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a sample has 1 channels, but the first one has 2");
    assertThatThrownBy(() -> Payload.Samples.of(50, new float[0][]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("0 readings are not samples of 0 channels");
    assertThatThrownBy(() -> new Payload.Samples(50, 2, new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 readings are not samples of 2 channels");
  }
}
