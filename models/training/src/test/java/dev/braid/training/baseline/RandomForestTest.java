package dev.braid.training.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.dataset.Dataset;
import dev.braid.dataset.Split;
import dev.braid.training.SmallWorld;
import dev.braid.training.trainer.TrainingData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RandomForestTest {
  @TempDir private Path directory;

  private TrainingData world() throws IOException {
    return TrainingData.load(Dataset.open(SmallWorld.write(directory.resolve("data"), 80)));
  }

  @Test
  void itAnswersEveryTaskFromAllKindsOfModalities() throws IOException {
    Path data = SmallWorld.write(directory.resolve("data"), 80);
    // By number, every test scene lacks the record, and every training scene without it is hot.
    Files.delete(data.resolve("splits.jsonl"));
    RandomForest forest = new RandomForest(TrainingData.load(Dataset.open(data)), 30, 1);

    Map<String, Map<String, Double>> scores = forest.scores();

    assertThat(forest.judged()).isEqualTo(Split.TEST);
    assertThat(scores.keySet()).containsExactly("state", "degrees");
    assertThat(scores.get("state")).containsEntry("accuracy", 1.0).containsEntry("macroF1", 1.0);
    // A constant would be off by 37 degrees.
    assertThat(scores.get("degrees").get("mae")).isLessThan(10);
  }

  @Test
  void theSameSeedGivesTheSameScores() throws IOException {
    TrainingData world = world();

    assertThat(new RandomForest(world, 5, 3).scores())
        .isEqualTo(new RandomForest(world, 5, 3).scores())
        .isNotEqualTo(new RandomForest(world, 5, 4).scores());
  }

  @Test
  void labelsThatSayNothingAreNotLearned() throws IOException {
    Path data = SmallWorld.write(directory.resolve("data"), 80);
    // The state of a training scene is the other one in every second pair.
    StringBuilder labels = new StringBuilder();
    for (String line : Files.readAllLines(data.resolve("labels.jsonl"))) {
      int entity = Integer.parseInt(line.replaceAll(".*\"entity\":\"e(\\d+)\".*", "$1"));
      boolean turned = entity % 10 < 8 && entity / 2 % 2 == 0;
      String other =
          line.contains("\"hot\"") ? line.replace("hot", "cold") : line.replace("cold", "hot");
      labels.append(turned && line.contains("\"state\"") ? other : line).append('\n');
    }
    Files.writeString(data.resolve("labels.jsonl"), labels);

    Map<String, Map<String, Double>> scores =
        new RandomForest(TrainingData.load(Dataset.open(data)), 30, 1).scores();

    assertThat(scores.get("state").get("accuracy")).isLessThan(0.95);
  }

  @Test
  void aForestNeedsATree() throws IOException {
    TrainingData world = world();

    assertThatThrownBy(() -> new RandomForest(world, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("trees must be between 1 and 10000, but was: 0");
  }
}
