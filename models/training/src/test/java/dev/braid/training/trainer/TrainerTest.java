package dev.braid.training.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.dataset.Dataset;
import dev.braid.dataset.InvalidDatasetException;
import dev.braid.training.SmallWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainerTest {
  @TempDir private Path directory;

  @Test
  void theSameSeedOnOneThreadGivesTheSameWeights() throws IOException {
    TrainingData data = TrainingData.load(Dataset.open(SmallWorld.write(directory, 30)));
    assertThat(weights(data, 5)).usingRecursiveComparison().isEqualTo(weights(data, 5));
    assertThat(weights(data, 6).get("fusion.latent.weight"))
        .isNotEqualTo(weights(data, 5).get("fusion.latent.weight"));
  }

  @Test
  void everyEpochIsReported() throws IOException {
    TrainingData data = TrainingData.load(Dataset.open(SmallWorld.write(directory, 30)));
    List<String> heard = new ArrayList<>();
    Trainer trainer = new Trainer(data, new TrainingOptions(2, 8, 0.001, 1, 1));
    try (TrainedModel trained =
        trainer.train(
            new Trainer.Listener() {
              @Override
              public void epochStarted(int epoch, int steps) {
                heard.add("start " + epoch + " of " + steps + " steps");
              }

              @Override
              public void stepped(double loss) {
                assertThat(loss).isFinite();
              }

              @Override
              public void epochEnded(TrainedModel.EpochReport report) {
                heard.add("end " + report.epoch());
              }
            })) {
      assertThat(heard)
          .containsExactly("start 1 of 3 steps", "end 1", "start 2 of 3 steps", "end 2");
      assertThat(trained.history()).hasSize(2);
    }
  }

  @Test
  void aClosedModelLeavesNoTensorsBehind() throws IOException {
    TrainingData data = TrainingData.load(Dataset.open(SmallWorld.write(directory, 30)));
    weights(data, 1);
    long before = Pointer.totalCount();
    weights(data, 2);
    // A step makes hundreds of native objects and a model owns as many; two wrappers stay.
    assertThat(Pointer.totalCount() - before).isBetween(0L, 2L);
  }

  @Test
  void aDataSetWithoutValidationScenesIsRefused() throws IOException {
    Path small = SmallWorld.write(directory, 4);
    assertThatThrownBy(() -> TrainingData.load(Dataset.open(small)))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessageContaining("no usable validation scene");
  }

  @Test
  void observationsThatCannotBeReadAreNamedAndLeftOut() throws IOException {
    Path data = SmallWorld.write(directory, 30);
    Path file = data.resolve("observations/all.jsonl");
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.add(
        "{\"id\":\"bad\",\"entity\":\"e1\",\"modality\":\"eye\",\"time\":\"2026-01-01T00:00:11Z\","
            + "\"contentType\":\"image/png\",\"base64\":\"AAAA\"}");
    lines.add("{\"id\":\"cut");
    Files.write(file, lines);
    assertThat(TrainingData.load(Dataset.open(data)).rejected())
        .hasSize(2)
        .anySatisfy(line -> assertThat(line).contains("eye 'bad' of 'e1'").contains("image"))
        .anySatisfy(line -> assertThat(line).contains("not valid JSON"));
  }

  private static Map<String, float[]> weights(TrainingData data, long seed) {
    Trainer trainer = new Trainer(data, new TrainingOptions(1, 8, 0.001, seed, 1));
    try (TrainedModel trained =
        trainer.train(
            new Trainer.Listener() {
              @Override
              public void epochStarted(int epoch, int steps) {}

              @Override
              public void stepped(double loss) {}

              @Override
              public void epochEnded(TrainedModel.EpochReport report) {}
            })) {
      return trained.model().parameters().snapshot();
    }
  }
}
