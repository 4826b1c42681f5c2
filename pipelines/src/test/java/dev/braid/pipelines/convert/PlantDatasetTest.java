package dev.braid.pipelines.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.dataset.Dataset;
import dev.braid.dataset.LabelledScene;
import dev.braid.dataset.Split;
import dev.braid.pipelines.simulate.PlantOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlantDatasetTest {
  @TempDir Path directory;

  private Dataset dataset(int scenes, double missing) {
    Conversions.convert(
        "plant",
        null,
        directory.resolve("out"),
        new ConversionOptions(1, missing, 0, 0, scenes),
        (done, total) -> {});
    return Dataset.open(directory.resolve("out"));
  }

  @Test
  void thereAreAsManyScenesAsAskedForAndEveryOneHasItsTruth() {
    Dataset dataset = dataset(50, 0);

    assertThat(dataset.rejected()).isEmpty();
    assertThat(dataset.scenes()).hasSize(50);
    for (LabelledScene scene : dataset.scenes()) {
      assertThat(scene.labels()).containsOnlyKeys("state", "health");
      assertThat((double) scene.labels().get("health")).isBetween(0.0, 1.0);
      assertThat(scene.observations()).containsKey("work_order");
    }
  }

  @Test
  void machinesAreSplit() {
    Map<String, Split> machines = new TreeMap<>();
    for (LabelledScene scene : dataset(390, 1).scenes()) {
      assertThat(machines.putIfAbsent(scene.entity(), scene.split())).isIn(null, scene.split());
      assertThat(scene.observations()).containsOnlyKeys("work_order");
    }

    assertThat(machines).hasSize(10);
    assertThat(machines.get("press-08")).isEqualTo(Split.VALIDATION);
    assertThat(machines.get("press-09")).isEqualTo(Split.TEST);
    assertThat(machines.get("press-07")).isEqualTo(Split.TRAIN);
  }

  @Test
  void brokenSendersAddLinesThatAreRejected() {
    ConversionReport report =
        Conversions.simulate(
            PlantOptions.of(1, 1, Duration.ofMinutes(3)),
            Duration.ofSeconds(5),
            true,
            directory.resolve("demo"),
            (done, total) -> {});
    Dataset dataset = Dataset.open(directory.resolve("demo"));

    assertThat(report.count("broken")).isEqualTo(6);
    assertThat(dataset.scenes()).hasSize(25);
    // The broken image and the climbing uri are seen when their payload is opened.
    assertThat(dataset.rejected())
        .hasSize(4)
        .allMatch(line -> line.startsWith("observations/broken.jsonl:"));
  }
}
