package dev.braid.training.own;

import static dev.braid.training.own.EncoderGraphs.bag;
import static dev.braid.training.own.EncoderGraphs.means;
import static dev.braid.training.own.EncoderGraphs.signature;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.Manifest;
import dev.braid.dataset.Dataset;
import dev.braid.dataset.FittedFeaturizers;
import dev.braid.featurizer.Featurizer;
import dev.braid.featurizer.TextFeaturizer;
import dev.braid.observation.Observation;
import dev.braid.serving.ModelServer;
import dev.braid.serving.RowResult;
import dev.braid.serving.ServingOptions;
import dev.braid.tensor.TensorRow;
import dev.braid.training.Silence;
import dev.braid.training.SmallWorld;
import dev.braid.training.export.BundleExport;
import dev.braid.training.fusion.Variant;
import dev.braid.training.trainer.TrainedModel;
import dev.braid.training.trainer.Trainer;
import dev.braid.training.trainer.TrainingData;
import dev.braid.training.trainer.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encoders that a user brings, from the spec to the served bundle. */
final class OwnEncodersServedTest {
  @TempDir Path directory;

  @Test
  void encodersOfEveryKindAreFusedAndServedAsTheyAre() throws Exception {
    Path data = SmallWorld.write(directory.resolve("data"), 80);
    Dataset plain = Dataset.open(data);
    Map<String, Featurizer> fitted = FittedFeaturizers.fit(plain.spec(), data);
    int terms = ((TextFeaturizer) fitted.get("word")).vocabularySize();
    // One feature, channels last; a waveform with a channel; without the mask; all of a record.
    bring(data, "eye", means(signature("FLOAT", "pixels", -1, 16, 16, 1), 256, 1));
    bring(data, "ear", means(signature("FLOAT", "wave", -1, 1, 8000), 8000, 5));
    bring(data, "skin", means(signature("FLOAT", "motion", -1, 2, -1), 80, 4));
    bring(data, "word", bag(terms, terms));
    bring(data, "form", means(signature("FLOAT", "fields", -1, 5), 5, 5));

    Dataset dataset = Dataset.open(data);
    Path bundle = directory.resolve("bundle");
    try (OwnEncoders encoders = OwnEncoders.open(dataset.spec(), data, fitted);
        TrainedModel trained = train(TrainingData.load(dataset, encoders.featurizers()))) {
      assertThat(trained.metrics().get("state.accuracy")).isEqualTo(1.0);
      Bundle written = BundleExport.write(bundle, trained, provenance(dataset));
      assertThat(written.widths())
          .isEqualTo(Map.of("eye", 1, "ear", 5, "skin", 4, "word", terms, "form", 5));
      assertThat(Files.readAllBytes(bundle.resolve("encoders/eye.onnx")))
          .isEqualTo(Files.readAllBytes(data.resolve("encoders/eye.onnx")));
      assertThat(written.manifest().encoders().get("eye").inputs().get(0).name())
          .isEqualTo("pixels");
      assertThat(written.golden(written.manifest().encoders().get("eye")).rows()).hasSize(2);
      // A lease reproduces the golden rows of encoders and fusion, or throws.
      try (ModelServer.Lease lease = ModelServer.lease(bundle, ServingOptions.defaults())) {
        for (String modality : dataset.spec().modalities().keySet()) {
          Observation observation =
              dataset.scenes().stream()
                  .filter(scene -> scene.observations().containsKey(modality))
                  .findFirst()
                  .orElseThrow()
                  .observations()
                  .get(modality)
                  .get(0);
          float[] expected =
              encoders.featurizers().get(modality).featurize(observation.getPayload()).floats(0);
          TensorRow row =
              lease.server().featurizers().get(modality).featurize(observation.getPayload());
          assertThat(served(lease.server().encode(modality, List.of(row))))
              .as(modality)
              .containsExactly(expected, Offset.offset(1e-6f));
        }
      }
    }
  }

  @Test
  void oneFeatureOfOneEncoderIsEnoughWhereItTellsTheAnswer() throws Exception {
    Path data = SmallWorld.write(directory.resolve("data"), 80);
    bring(data, "eye", means(signature("FLOAT", "x", -1, 1, 16, 16), 256, 1));
    onlyEye(data);
    Dataset dataset = Dataset.open(data);
    try (OwnEncoders encoders =
            OwnEncoders.open(dataset.spec(), data, FittedFeaturizers.fit(dataset.spec(), data));
        TrainedModel trained = train(TrainingData.load(dataset, encoders.featurizers()))) {
      assertThat(trained.metrics().get("state.accuracy")).isEqualTo(1.0);
    }
  }

  @Test
  void anEncoderThatBraidExportedIsBroughtToAnotherTraining() throws Exception {
    Path data = SmallWorld.write(directory.resolve("data"), 80);
    Path first = directory.resolve("first");
    Dataset dataset = Dataset.open(data);
    try (TrainedModel trained = train(TrainingData.load(dataset))) {
      BundleExport.write(first, trained, provenance(dataset));
    }
    bring(data, "eye", Files.readAllBytes(first.resolve("encoders/eye.onnx")));
    bring(data, "skin", Files.readAllBytes(first.resolve("encoders/skin.onnx")));
    bring(data, "word", Files.readAllBytes(first.resolve("encoders/word.onnx")));

    Dataset again = Dataset.open(data);
    Path second = directory.resolve("second");
    try (OwnEncoders encoders =
            OwnEncoders.open(again.spec(), data, FittedFeaturizers.fit(again.spec(), data));
        TrainedModel trained = train(TrainingData.load(again, encoders.featurizers()))) {
      assertThat(trained.model().parameters().snapshot(name -> true).keySet())
          .noneMatch(name -> name.startsWith("encoder.eye."))
          .anyMatch(name -> name.startsWith("encoder.form."));
      BundleExport.write(second, trained, provenance(again));
    }
    try (ModelServer.Lease lease = ModelServer.lease(second, ServingOptions.defaults())) {
      assertThat(lease.server().models()).extracting("name").contains("eye", "fusion");
    }
    assertThat(Files.readAllBytes(second.resolve("encoders/skin.onnx")))
        .isEqualTo(Files.readAllBytes(first.resolve("encoders/skin.onnx")));
  }

  @Test
  void anEncoderThatWasNotOpenedIsNotForgotten() throws Exception {
    Path data = SmallWorld.write(directory.resolve("data"), 30);
    bring(data, "eye", means(signature("FLOAT", "x", -1, 1, 16, 16), 256, 1));
    Dataset dataset = Dataset.open(data);
    assertThatThrownBy(() -> train(TrainingData.load(dataset)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "'encoders/eye.onnx' is an encoder that the user brings, and it is not open;"
                + " OwnEncoders opens it");
  }

  /** Lays an encoder below the data set and names it in the spec. */
  private static void bring(Path data, String modality, byte[] onnx) throws IOException {
    Path file = data.resolve("encoders").resolve(modality + ".onnx");
    Files.createDirectories(data.resolve("encoders"));
    Files.write(file, onnx);
    Path spec = data.resolve("spec.yaml");
    String before = Files.readString(spec);
    String after =
        before.replaceFirst(
            "(" + modality + ": \\{[^}]*)}", "$1, encoder: encoders/" + modality + ".onnx}");
    assertThat(after).isNotEqualTo(before);
    Files.writeString(spec, after);
  }

  private static void onlyEye(Path data) throws IOException {
    Path spec = data.resolve("spec.yaml");
    Files.write(
        spec,
        Files.readAllLines(spec).stream()
            .filter(line -> !line.matches(" *(ear|skin|word|form): .*"))
            .toList());
  }

  private static TrainedModel train(TrainingData data) {
    return new Trainer(data, new TrainingOptions(8, 16, 0.003, 1, 1))
        .train(Variant.FULL, Silence.LISTENER);
  }

  private static Manifest.Provenance provenance(Dataset dataset) {
    return new Manifest.Provenance(dataset.digest(), 1, "unknown", "full", Map.of());
  }

  private static float[] served(List<RowResult<float[]>> results) {
    return ((RowResult.Served<float[]>) results.get(0)).value();
  }
}
