package dev.braid.pipelines.convert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MotionSeriesTest {
  /** Pairs of time and value. */
  private static MotionSeries series(int... pairs) {
    List<MotionSeries.Reading> readings = new ArrayList<>();
    for (int i = 0; i < pairs.length; i += 2) {
      float[] values = new float[MotionSeries.CHANNELS];
      java.util.Arrays.fill(values, pairs[i + 1]);
      readings.add(new MotionSeries.Reading(pairs[i], values, "WALKING"));
    }
    return new MotionSeries(readings);
  }

  private static float[] first(float[][] samples) {
    float[] first = new float[samples.length];
    for (int i = 0; i < first.length; i++) {
      first[i] = samples[i][0];
    }
    return first;
  }

  @Test
  void betweenReadingsTheGridIsInterpolated() {
    assertThat(first(series(1000, 0, 1020, 10, 1025, 20).samples(1000, 1030)))
        .containsExactly(0, 5, 10);
  }

  @Test
  void readingsOfOneTimeAreAveraged() {
    assertThat(first(series(1000, 2, 1000, 4, 1010, 6).samples(1000, 1020))).containsExactly(3, 6);
  }

  @Test
  void readingsComeInAnyOrder() {
    assertThat(first(series(1010, 6, 1000, 2).samples(1000, 1020))).containsExactly(2, 6);
  }

  @Test
  void outsideOfTheReadingsThereIsNothing() {
    assertThat(first(series(1010, 1, 1020, 1).samples(1000, 1040)))
        .containsExactly(Float.NaN, 1, 1, Float.NaN);
  }

  @Test
  void aGapOfMoreThanAQuarterOfASecondIsNotBridged() {
    float[] samples = first(series(1000, 1, 1250, 1, 1510, 1).samples(1000, 1520));

    assertThat(samples[10]).isEqualTo(1);
    assertThat(samples[25]).isEqualTo(1);
    assertThat(samples[26]).isNaN();
    assertThat(samples[51]).isEqualTo(1);
  }
}
