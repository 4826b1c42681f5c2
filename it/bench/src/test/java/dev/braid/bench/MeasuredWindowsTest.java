package dev.braid.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.engine.Engines;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MeasuredWindowsTest {
  private static final int RATIO = 3;

  @TempDir private Path directory;

  @Test
  void bothWaysAnswerTheSameWindowsAndOnlyThePlainOneEncodesInEachOfThem() throws Exception {
    BenchBundle.write(directory, WindowLoad.NET, false);
    MeasuredWindows windows = new MeasuredWindows(Engines.named("direct"), directory);
    WindowLoad load = WindowLoad.of(700, 2);

    MeasuredWindows.Figures braid = windows.run(WindowWay.BRAID, RATIO, load);
    MeasuredWindows.Figures plain = windows.run(WindowWay.PLAIN, RATIO, load);

    // Three blocks of 4 periods of 4 observations of 16 entities.
    assertThat(load.observations()).isEqualTo(768);
    assertThat(braid.windows()).isEqualTo(16 * (12 + 2));
    assertThat(plain.windows()).isEqualTo(braid.windows());
    assertThat(braid.encoderRows()).isEqualTo(768);
    assertThat(plain.encoderRows()).isEqualTo(3 * 768);
  }

  @Test
  void aRateIsHeldToThatOfTheSmallestWindowsInItsRound() {
    List<WindowScaling.Row> rows =
        WindowScaling.rows(
            "direct", List.of(figures(1, 2), figures(60, 4), figures(1, 4), figures(60, 5)));

    assertThat(rows).extracting(WindowScaling.Row::ratio).containsExactly(1, 60);
    assertThat(rows.get(0).ofSmallest().least()).isEqualTo(1);
    assertThat(rows.get(1).ofSmallest().least()).isEqualTo(0.5);
    assertThat(rows.get(1).ofSmallest().most()).isEqualTo(0.8);
    assertThat(rows.get(1).encoderRows()).isEqualTo(1);
  }

  private static MeasuredWindows.Figures figures(int ratio, double seconds) {
    return new MeasuredWindows.Figures(
        WindowWay.BRAID, ratio, 1000, 250, seconds, 1, 1000, 0.5, 0.1);
  }
}
