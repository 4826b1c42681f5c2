package dev.braid.training.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class WhiteningTest {
  private static double distance(Whitening whitening, double... row) {
    float[] weight = whitening.weight();
    float[] bias = whitening.bias(weight);
    double sum = 0;
    for (int i = 0; i < row.length; i++) {
      double white = bias[i];
      for (int j = 0; j < row.length; j++) {
        white += weight[i * row.length + j] * row[j];
      }
      sum += white * white;
    }
    return sum / row.length;
  }

  /** Two numbers that almost agree, around (3, 3). */
  private static Whitening almostEqual() {
    Whitening whitening = new Whitening(2);
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      double both = 3 + random.nextGaussian();
      whitening.add(new float[] {(float) both, (float) (both + 0.1 * random.nextGaussian())});
    }
    return whitening;
  }

  @Test
  void theMeanIsAtDistanceZero() {
    assertThat(distance(almostEqual(), 3, 3)).isCloseTo(0, within(0.01));
  }

  @Test
  void whatBreaksTheRuleIsFurtherThanWhatIsLarge() {
    assertThat(distance(almostEqual(), 5, 5)).isCloseTo(2, within(0.1));
    assertThat(distance(almostEqual(), 3.5, 2.5)).isGreaterThan(30);
  }

  @Test
  void theRowsItWasFittedToAreAtDistanceOneOnAverage() {
    Whitening whitening = new Whitening(3);
    Random random = new Random(2);
    double[][] rows = new double[5_000][];
    for (int i = 0; i < rows.length; i++) {
      double a = random.nextGaussian();
      rows[i] = new double[] {100 * a, a + random.nextGaussian(), 7 + 30 * random.nextGaussian()};
      whitening.add(new float[] {(float) rows[i][0], (float) rows[i][1], (float) rows[i][2]});
    }
    double sum = 0;
    for (double[] row : rows) {
      sum += distance(whitening, row) / rows.length;
    }
    // A little less: the directions that hardly differ are shrunk.
    assertThat(sum).isBetween(0.7, 1.0);
  }

  @Test
  void rowsThatAreAllAlikeGiveAFiniteMap() {
    Whitening whitening = new Whitening(2);
    for (int i = 0; i < 10; i++) {
      whitening.add(new float[] {1, 2});
    }

    assertThat(distance(whitening, 1, 2)).isEqualTo(0, within(1e-3));
    assertThat(distance(whitening, 1, 2.001)).isFinite().isPositive();
  }
}
