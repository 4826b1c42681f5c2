package dev.braid.pipelines.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.cli.Main;
import dev.braid.pipelines.evaluate.TinyDataset;
import dev.braid.serving.TinyBundle;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SystemMeasurementTest {
  @TempDir private Path directory;

  @Test
  void bothWaysOfServingAnswerTheSameScenesRight() throws Exception {
    Path bundle = bundle();
    Path data = directory.resolve("data");
    TinyDataset.ofMachines(3).write(data);
    for (ServingWay way : ServingWay.values()) {
      SystemMeasurement.Figures figures = SystemMeasurement.run(way, bundle, data, 0);
      assertThat(figures.scenes()).as(way.label()).isEqualTo(3);
      assertThat(figures.rejected()).as(way.label()).isZero();
      assertThat(figures.accuracy()).as(way.label()).containsEntry("state", 1.0);
      assertThat(figures.seconds()).as(way.label()).isPositive();
      assertThat(figures.peakMebibytes()).as(way.label()).isGreaterThan(10);
      assertThat(figures.parameters()).as(way.label()).isPositive();
    }
  }

  @Test
  void everyArrivingSceneIsAnsweredAndTimed() throws Exception {
    Path data = directory.resolve("data");
    TinyDataset.ofMachines(3).write(data);
    SystemMeasurement.Figures figures =
        SystemMeasurement.run(ServingWay.AFTER, bundle(), data, 2000);
    assertThat(figures.responseMillis()).isPositive();
    assertThat(figures.responseP95Millis()).isGreaterThanOrEqualTo(figures.responseMillis());
  }

  @Test
  void roundsOutOfRangeAreBadUsage() {
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new PrintWriter(new StringWriter()),
            new PrintWriter(err, true),
            "bench",
            "table3",
            "--before=b",
            "--after=a",
            "--data=d",
            "--rounds=0");
    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).contains("--rounds must be between 1 and 100, but was: 0");
  }

  private Path bundle() throws IOException {
    Path bundle = directory.resolve("bundle");
    TinyBundle.write(bundle);
    return bundle;
  }
}
