package dev.braid.pipelines.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PenTrajectoriesTest {
  private final PenTrajectories pens = new PenTrajectories();
  @TempDir Path directory;

  private void source(String unipen) {
    TinySource.of(directory, 1)
        .gzip("sensor/pendigits-orig.tiny.unipen.gz", unipen.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void strokesAreJoinedAndTheLongerSideOfTheBoxBecomesOne() {
    source(
        """
        .LEXICON "0" "1"
        .SEGMENT DIGIT 0-1 ? "4"
        .COMMENT 4 26 54
        .PEN_DOWN
         100  200
         100  300
        .PEN_UP
        .DT 100
        .PEN_DOWN
         150  400
        .PEN_UP
        .SEGMENT DIGIT 2 ? "7"
        .PEN_DOWN
         5  5
        .PEN_UP
        """);

    List<DigitItem<float[][]>> items = pens.read(directory);

    assertThat(items).extracting(DigitItem::digit).containsExactly(4, 7);
    assertThat(items).extracting(DigitItem::id).containsExactly("pen-00000", "pen-00001");
    assertThat(items.get(0).content())
        .isDeepEqualTo(new float[][] {{0.375f, 0}, {0.375f, 0.5f}, {0.625f, 1}});
    assertThat(items.get(1).content()).isDeepEqualTo(new float[][] {{0.5f, 0.5f}});
  }

  @Test
  void aDegradedTrajectoryLosesSixtyPercentInOnePieceAndJitters() {
    float[][] line = new float[100][2];
    for (int i = 0; i < line.length; i++) {
      line[i] = new float[] {i, i};
    }
    double squares = 0;
    int rounds = 200;
    Set<Integer> kept = new HashSet<>();

    for (int round = 0; round < rounds; round++) {
      float[][] degraded = pens.degrade(line, new Random(round));
      assertThat(degraded).hasNumberOfRows(40);
      int jumps = 0;
      for (int i = 0; i < 40; i++) {
        int original = Math.round(degraded[i][0]);
        squares += Math.pow(degraded[i][0] - original, 2);
        kept.add(original);
        jumps += i > 0 && original - Math.round(degraded[i - 1][0]) == 61 ? 1 : 0;
      }
      boolean atAnEnd = Math.round(degraded[0][0]) == 60 || Math.round(degraded[39][0]) == 39;
      assertThat(jumps).isEqualTo(atAnEnd ? 0 : 1);
    }

    // The piece lies anywhere: each point is kept in some round, but for the middle twenty, which
    // every piece of sixty covers.
    assertThat(kept).hasSize(80).doesNotContain(40, 59);
    assertThat(Math.sqrt(squares / (40 * rounds))).isCloseTo(0.1, within(0.003));
  }

  @Test
  void aTrajectoryOfOnePointKeepsIt() {
    assertThat(pens.degrade(new float[][] {{0.5f, 0.5f}}, new Random(1))).hasNumberOfRows(1);
  }

  @Test
  void aLineThatIsNoPointIsRefusedByItsNumber() {
    source(".SEGMENT DIGIT 0 ? \"4\"\n.PEN_DOWN\n 100  up\n");

    assertThatThrownBy(() -> pens.read(directory))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessage(
            "%s/sensor/pendigits-orig.tiny.unipen.gz:3: expected a point 'x y', but was:  100  up"
                .formatted(directory));
  }

  @Test
  void aSegmentThatNamesNoDigitIsRefused() {
    source(".SEGMENT DIGIT 0 ? \"x\"\n");

    assertThatThrownBy(() -> pens.read(directory))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessage(
            "%s/sensor/pendigits-orig.tiny.unipen.gz:1: expected .SEGMENT DIGIT ... \"digit\", but was: .SEGMENT DIGIT 0 ? \"x\""
                .formatted(directory));
  }

  @Test
  void aSegmentWithoutPointsIsRefused() {
    source(".SEGMENT DIGIT 0 ? \"4\"\n.SEGMENT DIGIT 1 ? \"5\"\n 1 1\n");

    assertThatThrownBy(() -> pens.read(directory))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessageEndingWith("tiny.unipen.gz:2: a segment without points ends here");
  }

  @Test
  void aFileWithoutSegmentsIsRefused() {
    source("\n");

    assertThatThrownBy(() -> pens.read(directory))
        .isInstanceOf(InvalidSourceException.class)
        .hasMessage(
            "no segment of a digit in %s/sensor/pendigits-orig.*.unipen.gz".formatted(directory));
  }
}
