package dev.braid.pipelines.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.braid.serving.TinyBundle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

final class SoakTest {
  @TempDir Path directory;

  @Test
  @EnabledOnOs(OS.LINUX)
  void everyVersionTakesItsPlaceWhileCallsAreAnswered() throws Exception {
    TinyBundle.write(directory);
    List<String> progress = new ArrayList<>();

    Soak soak = new SoakMeasurement(directory).run(200, 5, progress::add);

    assertThat(soak.calls()).isGreaterThanOrEqualTo(200);
    assertThat(soak.rows()).isGreaterThan(soak.calls());
    assertThat(soak.swaps()).isEqualTo(5);
    assertThat(soak.warmBytes()).isBetween(1_000_000L, soak.peakBytes());
    assertThat(soak.endBytes()).isBetween(1_000_000L, soak.peakBytes());
    assertThat(progress).hasSize(5);
  }

  @Test
  void threePercentMoreIsNotSteady() {
    Soak steady = new Soak(1, 1, 10, 1, 1_000_000, 1_029_999, 1_029_999);
    Soak growing = new Soak(1, 1, 10, 1, 1_000_000, 1_030_000, 1_030_000);

    assertThat(steady.growth()).isCloseTo(0.029999, within(1e-9));
    assertThat(steady.isSteady()).isTrue();
    assertThat(growing.isSteady()).isFalse();
  }
}
