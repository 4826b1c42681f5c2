package dev.braid.bundle;

import dev.braid.featurizer.Featurizer;
import dev.braid.featurizer.Featurizers;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.scene.FusionOutputs;
import dev.braid.scene.SceneTensors;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parts of a small bundle that fit together; its models are bytes that nothing executes. */
final class BundleParts {
  static final Spec SPEC =
      SpecYaml.parse(
          """
          name: plant
          window: {size: 10s, period: 5s}
          modalities:
            log:   {kind: text}
            order: {kind: record, numeric: [age], categorical: [vendor]}
          tasks:
            state:  {kind: classification, labels: [normal, leak]}
            health: {kind: regression}
          """);

  final Map<String, byte[]> files = new LinkedHashMap<>();
  final Map<String, String> featurizerFiles = new LinkedHashMap<>();
  final Map<String, Manifest.Model> encoders = new LinkedHashMap<>();
  Manifest.Model fusion;
  Map<String, Double> metrics = Map.of("state.accuracy", 0.97, "health.mae", 0.1);

  BundleParts() throws InvalidObservationException {
    Map<String, Object> order = new LinkedHashMap<>();
    order.put("age", 3.0);
    order.put("vendor", "A");
    add("log", new Payload.Text("bearing noise at feed end", "text/plain"), 4);
    add("order", new Payload.Fields(order), 3);
    SceneTensors scene = new SceneTensors(SPEC, Map.of("log", 4, "order", 3));
    fusion =
        new Manifest.Model(
            "fusion.onnx", scene.inputs(), new FusionOutputs(SPEC).outputs(), "golden/fusion.json");
    put("fusion.onnx", "fusion");
    put(
        "golden/fusion.json",
        new GoldenRows(
                List.of(
                    scene.row(
                        java.time.Instant.EPOCH, java.time.Instant.ofEpochSecond(10), Map.of())),
                List.<float[][]>of(new float[][] {{0.5f, 0.5f}, {1}, {0}, {0.5f, 0.5f}}))
            .toJson());
  }

  private void add(String modality, Payload payload, int width) throws InvalidObservationException {
    Featurizer featurizer = Featurizers.fit(SPEC.modalities().get(modality), List.of(payload));
    TensorRow row = featurizer.featurize(payload);
    featurizerFiles.put(modality, "featurizers/" + modality + ".json");
    put("featurizers/" + modality + ".json", Featurizers.toJson(featurizer));
    put("encoders/" + modality + ".onnx", "encoder of " + modality);
    put(
        "golden/" + modality + ".json",
        new GoldenRows(List.of(row), List.<float[][]>of(new float[][] {new float[width]}))
            .toJson());
    encoders.put(
        modality,
        new Manifest.Model(
            "encoders/" + modality + ".onnx",
            featurizer.inputs(),
            List.of(TensorSpec.floats("embedding", width)),
            "golden/" + modality + ".json"));
  }

  void put(String name, String content) {
    files.put(name, content.getBytes(StandardCharsets.UTF_8));
  }

  Manifest manifest() {
    return new Manifest(
        Manifest.FORMAT_VERSION,
        "plant",
        SPEC,
        encoders,
        fusion,
        featurizerFiles,
        0.6,
        "fp32",
        new Manifest.Provenance("sha256:data", 7, "unknown", "full", metrics),
        Map.of());
  }
}
