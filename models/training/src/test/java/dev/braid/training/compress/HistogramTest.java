package dev.braid.training.compress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class HistogramTest {
  @Test
  void minMaxTakesAllThatWasSeen() {
    assertThat(RangeMethod.MIN_MAX.of(seen(-1.5f, 0.25f, 4f))).isEqualTo(new Range(-1.5f, 4f));
  }

  @Test
  void aRangeAlwaysHoldsZero() {
    assertThat(RangeMethod.MIN_MAX.of(seen(2f, 4f))).isEqualTo(new Range(0f, 4f));
    assertThat(new Range(0f, 0f).scale()).isEqualTo(1f);
    assertThat(new Range(-1f, 254f).zeroPoint()).isEqualTo((byte) 1);
  }

  @Test
  void percentileLeavesAStrayNumberOut() {
    float[] values = new float[100_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 100_000f;
    }
    values[7] = 50f;
    Range range = RangeMethod.PERCENTILE.of(seen(values));
    assertThat(range.low()).isZero();
    // To within a bin of 50 / 2048.
    assertThat(range.high()).isCloseTo(1f, Offset.offset(0.03f));
  }

  @Test
  void entropyClipsALongTailAndNotAFlatOne() {
    Random random = new Random(5);
    float[] tailed = new float[200_000];
    float[] flat = new float[200_000];
    for (int i = 0; i < tailed.length; i++) {
      tailed[i] = (float) Math.abs(random.nextGaussian());
      flat[i] = random.nextFloat();
    }
    tailed[0] = 100f;
    assertThat(RangeMethod.ENTROPY.of(seen(tailed)).high()).isBetween(2f, 12f);
    assertThat(RangeMethod.ENTROPY.of(seen(flat)).high()).isGreaterThan(0.95f);
  }

  private static Histogram seen(float... values) {
    Histogram histogram = new Histogram();
    histogram.widen(values);
    histogram.count(values);
    return histogram;
  }
}
