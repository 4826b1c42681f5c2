package dev.braid.featurizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class ResamplingTest {
  @Test
  void fewerCellsAreMeansOverWhatTheyCover() {
    assertThat(resampled(2, 1, 3, 5, 7)).containsExactly(2, 6);
    // Each target cell covers one and a half source cells.
    assertThat(resampled(2, 0, 6, 12)).containsExactly(2, 10);
    assertThat(resampled(1, 1, 2, 3)).containsExactly(2);
  }

  @Test
  void moreCellsLieOnTheLineBetweenCentres() {
    assertThat(resampled(4, 0, 4)).containsExactly(0, 1, 3, 4);
    assertThat(resampled(3, 5)).containsExactly(5, 5, 5);
  }

  @Test
  void asManyCellsAreACopy() {
    assertThat(resampled(3, 1, Float.MAX_VALUE, -3)).containsExactly(1, Float.MAX_VALUE, -3);
  }

  @Property(tries = 300)
  void theMeanIsKeptWhereThereAreFewerCells(
      @ForAll("readings") float[] source, @ForAll @IntRange(min = 1, max = 200) int length) {
    int fewer = Math.min(length, source.length);
    assertThat(mean(resampled(fewer, source))).isCloseTo(mean(source), within(1e-3));
  }

  @Property(tries = 300)
  void noCellLeavesTheRangeOfTheSource(
      @ForAll("readings") float[] source, @ForAll @IntRange(min = 1, max = 300) int length) {
    double slack = 1e-4;
    for (float value : resampled(length, source)) {
      assertThat((double) value)
          .isBetween(
              doubles(source).min().orElseThrow() - slack,
              doubles(source).max().orElseThrow() + slack);
    }
  }

  @Property(tries = 300)
  void theLatestCellsAreTheEndOfAllCells(
      @ForAll("readings") float[] source,
      @ForAll @IntRange(min = 1, max = 100) int length,
      @ForAll @IntRange(min = 1, max = 100) int kept) {
    float[] end = new float[Math.min(kept, length)];
    Resampling.latest(source, length, end);
    float[] all = resampled(length, source);
    assertThat(end).containsExactly(Arrays.copyOfRange(all, length - end.length, length));
  }

  @Property(tries = 300)
  void rowsOfAnImageAreResampledAlike(
      @ForAll("readings") float[] source, @ForAll @IntRange(min = 1, max = 100) int length) {
    float[] target = new float[length];
    new AreaWeights(source.length, length).apply(source, target);
    float[] expected = resampled(length, source);
    for (int i = 0; i < length; i++) {
      assertThat(target[i]).isCloseTo(expected[i], within(1e-3f));
    }
  }

  @Provide
  Arbitrary<float[]> readings() {
    return Arbitraries.floats().between(-100, 100).array(float[].class).ofMinSize(1).ofMaxSize(100);
  }

  private static float[] resampled(int length, float... source) {
    float[] target = new float[length];
    Resampling.resample(source, target);
    return target;
  }

  private static double mean(float[] values) {
    return doubles(values).average().orElseThrow();
  }

  private static java.util.stream.DoubleStream doubles(float[] values) {
    return java.util.stream.IntStream.range(0, values.length).mapToDouble(i -> values[i]);
  }
}
