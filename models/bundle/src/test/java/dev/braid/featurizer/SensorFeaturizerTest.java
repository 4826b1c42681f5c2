package dev.braid.featurizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class SensorFeaturizerTest {
  private static final float GAP = Float.NaN;

  /** 8 samples of one channel at 1 Hz, mean 10 and deviation 2. */
  private final SensorFeaturizer one = sensor(1, new double[] {10}, new double[] {2});

  @Test
  void valuesAreScaledAndMarkedAsMeasured() throws Exception {
    assertThat(row(one, 1, 10, 12, 8, 14, 10, 10, 10, 10))
        .containsExactly(0, 1, -1, 2, 0, 0, 0, 0, /* measured */ 1, 1, 1, 1, 1, 1, 1, 1);
  }

  @Test
  void aShortSeriesEndsWhereTheFrameEnds() throws Exception {
    assertThat(row(one, 1, 12, 14))
        .containsExactly(0, 0, 0, 0, 0, 0, 1, 2, /* measured */ 0, 0, 0, 0, 0, 0, 1, 1);
  }

  @Test
  void ofALongSeriesTheLatestFrameIsKept() throws Exception {
    assertThat(row(one, 1, 99, 99, 99, 10, 12, 14, 16, 10, 12, 14, 16))
        .containsExactly(0, 1, 2, 3, 0, 1, 2, 3, 1, 1, 1, 1, 1, 1, 1, 1);
  }

  @Test
  void anotherRateIsResampled() throws Exception {
    // 16 samples at 2 Hz are 8 seconds: pairs become their mean.
    assertThat(row(one, 2, 9, 11, 11, 13, 7, 9, 13, 15, 10, 10, 10, 10, 10, 10, 10, 10))
        .containsExactly(0, 1, -1, 2, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
    // 2 samples at 0.25 Hz are 8 seconds.
    assertThat(row(one, 0.25, 10, 18))
        .containsExactly(0, 0, 0.5f, 1.5f, 2.5f, 3.5f, 4, 4, 1, 1, 1, 1, 1, 1, 1, 1);
  }

  @Test
  void missingReadingsAreBridgedByTheLineBetweenTheirNeighbours() throws Exception {
    assertThat(row(one, 1, GAP, 10, GAP, GAP, 16, GAP, 12, GAP))
        .containsExactly(0, 0, 1, 2, 3, 2, 1, 1, /* measured */ 0, 1, 0, 0, 1, 0, 1, 0);
  }

  @Test
  void aChannelWithoutAReadingIsItsMean() throws Exception {
    SensorFeaturizer two = sensor(2, new double[] {10, 5}, new double[] {2, 1});
    float[] row =
        two.featurize(Payload.Samples.of(1, new float[][] {{12, GAP}, {14, GAP}})).floats(0);
    assertThat(Arrays.copyOfRange(row, 0, 8)).containsExactly(0, 0, 0, 0, 0, 0, 1, 2);
    assertThat(Arrays.copyOfRange(row, 8, 16)).containsOnly(0);
    assertThat(Arrays.copyOfRange(row, 16, 24)).containsOnly(0);
  }

  @Test
  void aGapInOneChannelLeavesTheOthersAsTheyAreWithoutIt() throws Exception {
    SensorFeaturizer two = sensor(2, new double[] {10, 5}, new double[] {2, 1});
    float[][] whole = new float[11][];
    float[][] gap = new float[11][];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = new float[] {10.3f + i, 5.7f - i};
      gap[i] = i == 1 ? new float[] {whole[i][0], GAP} : whole[i];
    }
    // The gap is older than the frame, so that nothing of it shows but how the frame is made.
    assertThat(two.featurize(Payload.Samples.of(1, gap)).floats(0))
        .isEqualTo(two.featurize(Payload.Samples.of(1, whole)).floats(0));
  }

  @Test
  void aScoreIsCutAtAHundredDeviations() throws Exception {
    float[] row = row(one, 1, Float.MAX_VALUE, -Float.MAX_VALUE);
    assertThat(row[6]).isEqualTo(100);
    assertThat(row[7]).isEqualTo(-100);
  }

  @Test
  void meanAndDeviationAreThoseOfTheReadingsThatAreThere() throws Exception {
    SensorFeaturizer fitted =
        (SensorFeaturizer)
            Featurizers.fit(
                new ModalitySpec.Sensor(2, 1, Duration.ofSeconds(8), null),
                List.of(
                    Payload.Samples.of(1, new float[][] {{1, 7}, {GAP, 7}}),
                    Payload.Samples.of(1, new float[][] {{3, GAP}})));
    assertThat(fitted.state().mean()).containsExactly(2, 7);
    assertThat(fitted.state().deviation()).containsExactly(1, 1);
  }

  @Test
  void anyRateGivesAFrameWithoutMuchWork() throws Exception {
    for (double rate : new double[] {Double.MIN_VALUE, 1e-300, 1e-9, 1e9, Double.MAX_VALUE}) {
      float[] row = row(one, rate, 12, 14, 10);
      assertThat(row).hasSize(16).doesNotContain(Float.NaN);
      assertThat(row[15]).isEqualTo(1);
    }
  }

  @Test
  void otherChannelsAndInfiniteReadingsAreRefused() {
    assertThatThrownBy(() -> one.featurize(Payload.Samples.of(1, new float[][] {{1, 2}})))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("a sample must have 1 channels, but had: 2");
    assertThatThrownBy(() -> row(one, 1, 1, Float.NEGATIVE_INFINITY))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("values[1] must be finite, but was -Infinity");
    assertThatThrownBy(() -> one.featurize(new Payload.Reference("a", "b")))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage(
            "needs 'values' and 'rateHz', but the observation holds a 'uri' that was not resolved");
  }

  @Test
  void statisticsOfOtherChannelsAreRefused() {
    assertThatThrownBy(() -> sensor(2, new double[] {10}, new double[] {2}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("statistics must be of 2 channels, but were of: 1");
  }

  @Property(tries = 500)
  void anySeriesGivesAFrameOfFiniteNumbers(@ForAll("series") Payload.Samples series)
      throws Exception {
    float[] row = one.featurize(series).floats(0);
    assertThat(row).hasSize(16);
    for (float value : row) {
      assertThat(value).isBetween(-100f, 100f);
    }
  }

  @Provide
  Arbitrary<Payload.Samples> series() {
    Arbitrary<Float> readings =
        Arbitraries.integers().map(Float::intBitsToFloat).filter(f -> !Float.isInfinite(f));
    return Arbitraries.doubles()
        .between(1e-6, 1e6)
        .ofScale(6)
        .flatMap(
            rate ->
                readings
                    .map(reading -> new float[] {reading})
                    .list()
                    .ofMinSize(1)
                    .ofMaxSize(40)
                    .map(rows -> Payload.Samples.of(rate, rows.toArray(float[][]::new))));
  }

  private static SensorFeaturizer sensor(int channels, double[] mean, double[] deviation) {
    return new SensorFeaturizer(
        new ModalitySpec.Sensor(channels, 1, Duration.ofSeconds(8), null),
        new SensorFeaturizer.State(mean, deviation));
  }

  private static float[] row(SensorFeaturizer featurizer, double rate, float... values)
      throws InvalidObservationException {
    float[][] samples = new float[values.length][];
    for (int i = 0; i < values.length; i++) {
      samples[i] = new float[] {values[i]};
    }
    return featurizer.featurize(Payload.Samples.of(rate, samples)).floats(0);
  }
}
