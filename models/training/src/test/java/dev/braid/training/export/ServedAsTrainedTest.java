package dev.braid.training.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.Manifest;
import dev.braid.dataset.Dataset;
import dev.braid.dataset.Split;
import dev.braid.featurizer.Featurizer;
import dev.braid.scene.Answer;
import dev.braid.scene.Token;
import dev.braid.serving.ModelServer;
import dev.braid.serving.RowResult;
import dev.braid.serving.ServingOptions;
import dev.braid.tensor.TensorRow;
import dev.braid.training.Silence;
import dev.braid.training.SmallWorld;
import dev.braid.training.fusion.Variant;
import dev.braid.training.graph.Tensors;
import dev.braid.training.graph.TorchOps;
import dev.braid.training.trainer.TensorBatch;
import dev.braid.training.trainer.TrainedModel;
import dev.braid.training.trainer.Trainer;
import dev.braid.training.trainer.TrainingData;
import dev.braid.training.trainer.TrainingOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tiny model of every kind is trained, exported, and answers in ONNX Runtime as in libtorch. */
final class ServedAsTrainedTest {
  private static final Offset<Float> CLOSE = Offset.offset(1e-4f);

  @TempDir private static Path directory;

  private static TrainingData data;
  private static TrainedModel trained;
  private static Bundle bundle;
  private static ModelServer.Lease lease;

  @BeforeAll
  static void train() throws IOException {
    Dataset dataset = Dataset.open(SmallWorld.write(directory.resolve("data"), 80));
    data = TrainingData.load(dataset);
    trained =
        new Trainer(data, new TrainingOptions(6, 16, 0.003, 1, 1))
            .train(Variant.FULL, Silence.LISTENER);
    bundle =
        BundleExport.write(
            directory.resolve("bundle"),
            trained,
            new Manifest.Provenance(dataset.digest(), 1, "unknown", "full", trained.metrics()));
    lease = ModelServer.lease(directory.resolve("bundle"), ServingOptions.defaults());
  }

  @AfterAll
  static void close() {
    lease.close();
    trained.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"eye", "ear", "skin", "word", "form"})
  void anEncoderEmbedsAsInTraining(String modality) {
    List<TensorRow> rows = data.rows(modality);
    float[][] expected;
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Featurizer featurizer = data.featurizers().get(modality);
      expected =
          Tensors.rows(
              trained
                  .model()
                  .encode(
                      new TorchOps(trained.model().parameters(), false),
                      modality,
                      TensorBatch.stack(featurizer.inputs(), rows)));
    }
    List<float[]> served = served(lease.server().encode(modality, rows));
    assertThat(served).hasSize(expected.length).hasSizeGreaterThan(60);
    for (int i = 0; i < expected.length; i++) {
      assertThat(served.get(i)).containsExactly(expected[i], CLOSE);
    }
  }

  @Test
  void theFusionLearnsWhatEveryModalityShows() {
    assertThat(trained.metrics().get("state.accuracy")).isEqualTo(1.0);
    assertThat(trained.metrics().get("degrees.mae")).isLessThan(15.0);
  }

  @Test
  void aServedSceneIsAnsweredAsItsLabelSays() {
    List<TrainingData.Example> scenes = data.examples(Split.TEST);
    List<TensorRow> rows = new ArrayList<>();
    for (TrainingData.Example scene : scenes) {
      Map<String, List<Token>> tokens = new LinkedHashMap<>();
      scene
          .tokens()
          .forEach(
              (modality, given) -> {
                List<TensorRow> mine = new ArrayList<>();
                for (int row : given.rows()) {
                  mine.add(data.rows(modality).get(row));
                }
                List<Token> list = new ArrayList<>();
                for (float[] embedding : served(lease.server().encode(modality, mine))) {
                  long offset = (long) (given.positions()[list.size()] * 10_000);
                  list.add(
                      new Token(
                          "t" + list.size(),
                          Instant.ofEpochMilli(scene.start() + offset),
                          embedding));
                }
                tokens.put(modality, list);
              });
      Instant start = Instant.ofEpochMilli(scene.start());
      rows.add(lease.server().sceneTensors().row(start, start.plusMillis(10_000), tokens));
    }
    List<Answer> answers = served(lease.server().fuse(rows));
    for (int i = 0; i < scenes.size(); i++) {
      Answer.Classified state = (Answer.Classified) answers.get(i).tasks().get("state");
      assertThat(state.label())
          .isEqualTo(scenes.get(i).labels().get("state").intValue() == 1 ? "hot" : "cold");
      Map<String, Float> attention = answers.get(i).attention();
      assertThat(attention.values().stream().mapToDouble(Float::doubleValue).sum())
          .isCloseTo(1.0, Offset.offset(1e-4));
      for (String modality : attention.keySet()) {
        if (!scenes.get(i).tokens().containsKey(modality)) {
          assertThat(attention.get(modality)).isZero();
        }
      }
    }
  }

  @Test
  void theBundleSaysWhereItComesFrom() {
    assertThat(bundle.manifest().provenance().seed()).isEqualTo(1);
    assertThat(bundle.manifest().provenance().metrics()).containsKey("state.ece");
    assertThat(bundle.manifest().files())
        .containsKeys(
            "fusion.onnx", "encoders/ear.onnx", "featurizers/word.json", "golden/fusion.json");
  }

  private static <T> List<T> served(List<RowResult<T>> results) {
    return results.stream().map(r -> ((RowResult.Served<T>) r).value()).toList();
  }
}
