package dev.braid.training.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.dataset.Dataset;
import dev.braid.dataset.InvalidDatasetException;
import dev.braid.training.Silence;
import dev.braid.training.SmallWorld;
import dev.braid.training.fusion.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
  void everyEpochOfEveryStageIsReported() throws IOException {
    TrainingData data = TrainingData.load(Dataset.open(SmallWorld.write(directory, 30)));
    List<String> heard = new ArrayList<>();
    Trainer trainer = new Trainer(data, new TrainingOptions(8, 8, 0.0001, 1, 1));
    Trainer.Listener listener =
        new Trainer.Listener() {
          @Override
          public void epochStarted(String stage, int epoch, int epochs, int steps) {
            heard.add("%s %d/%d, %d steps".formatted(stage, epoch, epochs, steps));
          }

          @Override
          public void stepped(double loss) {
            assertThat(loss).isFinite();
          }

          @Override
          public void epochEnded(TrainedModel.EpochReport report) {
            heard.add(report.stage() + " ended " + report.epoch());
          }
        };
    try (TrainedModel trained = trainer.train(Variant.FULL, listener)) {
      assertThat(heard)
          .contains("encoders 1/3, 3 steps", "encoders ended 1", "fusion 1/8, 3 steps")
          .endsWith("joint 1/1, 3 steps", "joint ended 1");
      assertThat(heard).hasSize(2 * trained.history().size());
    }
  }

  @Test
  void everyVariantLearnsOverTheSameEncodersWithAsManyParameters() throws IOException {
    TrainingData data = TrainingData.load(Dataset.open(LyingWorld.write(directory, 400)));
    Trainer trainer =
        new Trainer(data, new TrainingOptions(8, 16, 0.003, 1, 1).withoutJointStage());
    TrainedEncoders encoders = trainer.encoders(Silence.LISTENER);
    Map<Variant, Long> sizes = new EnumMap<>(Variant.class);
    for (Variant variant : Variant.values()) {
      try (TrainedModel trained = trainer.train(variant, encoders, Silence.LISTENER)) {
        assertThat(trained.metrics().get("state.accuracy")).as(variant.label()).isGreaterThan(0.85);
        sizes.put(variant, trained.model().size());
        assertThat(trained.model().parameters().snapshot(encoders.weights()::containsKey))
            .as(variant.label())
            .usingRecursiveComparison()
            .isEqualTo(encoders.weights());
      }
    }
    long full = sizes.get(Variant.FULL);
    assertThat(sizes.values())
        .allSatisfy(size -> assertThat(size / (double) full).isBetween(0.95, 1.0));
  }

  @Test
  void theWeightOfAModalityFallsWhereItIsDegraded() throws IOException {
    TrainingData data = TrainingData.load(Dataset.open(LyingWorld.write(directory, 400)));
    Trainer trainer = new Trainer(data, new TrainingOptions(16, 16, 0.003, 1, 1));
    try (TrainedModel trained = trainer.train(Variant.FULL, Silence.LISTENER)) {
      Map<Double, Double> weights = new TreeMap<>();
      for (Robustness.Point point : Robustness.measure(trained, data, 1)) {
        if (point.modality().equals("word") && point.harm() == Robustness.Harm.DEGRADED) {
          weights.put(point.share(), point.attention());
        }
      }
      // With seeds 1 to 6 it falls to 0.84 to 0.93 of what it was.
      assertThat(weights.get(1.0)).isLessThan(0.95 * weights.get(0.0));
      assertThat(weights.get(0.5)).isBetween(weights.get(1.0), weights.get(0.0));
    }
  }

  @Test
  void aMissingModalityLeavesFewerScenesOnlyWhereItWasTheLast() throws IOException {
    TrainingData data = TrainingData.load(Dataset.open(SmallWorld.write(directory, 30)));
    Trainer trainer = new Trainer(data, new TrainingOptions(2, 8, 0.001, 1, 1));
    try (TrainedModel trained = trainer.train(Variant.FULL, Silence.LISTENER)) {
      List<Robustness.Point> points = Robustness.measure(trained, data, 1);
      assertThat(points).hasSize(5 * 2 * 4);
      assertThat(points).allSatisfy(point -> assertThat(point.scenes()).isEqualTo(3));
      assertThat(points)
          .filteredOn(p -> p.harm() == Robustness.Harm.MISSING && p.share() == 1)
          .allSatisfy(point -> assertThat(point.attention()).isZero());
    }
  }

  @Test
  void aClosedModelLeavesNoTensorsBehind() throws IOException {
    TrainingData data = TrainingData.load(Dataset.open(SmallWorld.write(directory, 30)));
    weights(data, 1);
    long before = Pointer.totalCount();
    weights(data, 2);
    // A step makes hundreds of native objects and a model owns as many; of each of the two models
    // (one for the encoders alone) two wrappers stay.
    assertThat(Pointer.totalCount() - before).isLessThanOrEqualTo(4L);
  }

  @Test
  void anEpochWithItsCheckpointLeavesNoNativeObjectsBehind() throws IOException {
    TrainingData data = TrainingData.load(Dataset.open(SmallWorld.write(directory, 30)));
    TrainingOptions options = new TrainingOptions(16, 8, 0.0001, 1, 1);
    Checkpoint checkpoint =
        Checkpoint.of(directory.resolve("checkpoint"), data, "unknown", Variant.FULL, options);
    List<Long> counts = new ArrayList<>();
    new Trainer(data, options)
        .train(
            Variant.FULL,
            new Trainer.Listener() {
              @Override
              public void epochStarted(String stage, int epoch, int epochs, int steps) {
                if (stage.equals("encoders")) {
                  counts.add(Pointer.totalCount());
                }
              }

              @Override
              public void stepped(double loss) {}

              @Override
              public void epochEnded(TrainedModel.EpochReport report) {}
            },
            checkpoint)
        .close();
    // The first epoch loads classes, which keep some for good; what earlier tests left may go.
    assertThat(counts).hasSizeGreaterThan(3);
    assertThat(counts.subList(2, counts.size())).allMatch(count -> count <= counts.get(1));
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
    try (TrainedModel trained = trainer.train(Variant.FULL, Silence.LISTENER)) {
      return trained.model().parameters().snapshot(name -> true);
    }
  }
}
