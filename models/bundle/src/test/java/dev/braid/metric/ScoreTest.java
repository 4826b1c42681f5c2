package dev.braid.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class ScoreTest {
  @Test
  void accuracyAndMacroF1AreThoseOfTheHandCount() {
    // Answers 0 0 1 1 0: of class 0 two of three are right, of class 1 one of two.
    ClassificationScore score =
        ClassificationScore.of(
            new int[] {0, 0, 1, 0, 1},
            new float[][] {{0.9f, 0.1f}, {0.8f, 0.2f}, {0.3f, 0.7f}, {0.4f, 0.6f}, {0.7f, 0.3f}});
    assertThat(score.accuracy()).isEqualTo(0.6);
    assertThat(score.macroF1()).isCloseTo((2.0 * 2 / 6 + 2.0 * 1 / 4) / 2, within(1e-12));
  }

  @Test
  void aClassThatNeitherOccursNorIsAnsweredDoesNotCount() {
    ClassificationScore score =
        ClassificationScore.of(new int[] {0, 2}, new float[][] {{1, 0, 0, 0}, {1, 0, 0, 0}});
    // F1 of class 0 is 2/3, of class 2 it is 0; classes 1 and 3 are not there.
    assertThat(score.macroF1()).isCloseTo((2.0 / 3 + 0) / 2, within(1e-12));
  }

  @Test
  void calibrationIsTheWeightedGapOfFifteenBins() {
    // Bin 12 (0.80 to 0.87): 0.81 right, 0.85 wrong. Bin 13: 0.88, right. Bin 9: 0.65, right.
    ClassificationScore score =
        ClassificationScore.of(
            new int[] {0, 1, 0, 1},
            new float[][] {{0.81f, 0.19f}, {0.85f, 0.15f}, {0.88f, 0.12f}, {0.35f, 0.65f}});
    double expected = (Math.abs(0.81 + 0.85 - 1) + Math.abs(0.88 - 1) + Math.abs(0.65 - 1)) / 4;
    assertThat(score.ece()).isCloseTo(expected, within(1e-6));
  }

  @Test
  void certaintyThatIsRightIsPerfectlyCalibrated() {
    ClassificationScore score =
        ClassificationScore.of(new int[] {1, 0}, new float[][] {{0, 1}, {1, 0}});
    assertThat(score).isEqualTo(new ClassificationScore(1, 1, 0));
  }

  @Test
  void errorsOfARegressorAreThoseOfTheHandCount() {
    RegressionScore score =
        RegressionScore.of(new double[] {1, 2, 3, 6}, new double[] {2, 2, 1, 6});
    assertThat(score.mae()).isEqualTo(0.75);
    assertThat(score.rmse()).isCloseTo(Math.sqrt(5.0 / 4), within(1e-12));
    // The truth spreads by 4 + 1 + 0 + 9 around its mean 3.
    assertThat(score.r2()).isCloseTo(1 - 5.0 / 14, within(1e-12));
  }

  @Test
  void aTruthWithoutSpreadExplainsNothing() {
    assertThat(RegressionScore.of(new double[] {2, 2}, new double[] {2, 2}))
        .isEqualTo(new RegressionScore(0, 0, 0));
  }

  @Test
  void everyRowNeedsItsTruth() {
    assertThatThrownBy(() -> ClassificationScore.of(new int[0], new float[0][]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a score needs at least one row and one truth each, but had 0 truths and 0 rows");
    assertThatThrownBy(() -> ClassificationScore.of(new int[2], new float[1][2]))
        .hasMessageContaining("2 truths and 1 rows");
    assertThatThrownBy(() -> RegressionScore.of(new double[1], new double[2]))
        .hasMessageContaining("1 truths and 2 rows");
  }
}
