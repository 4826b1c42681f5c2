package dev.braid.training.compress;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.GoldenRows;
import dev.braid.bundle.Manifest;
import dev.braid.serving.OnnxGraph;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A bundle in memory, between two steps of compression.
 *
 * @param files the bytes of every file but the manifest
 */
record Draft(Manifest manifest, Map<String, byte[]> files) {

  /** What a bundle on disk holds. */
  static Draft of(Bundle bundle) throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String file : bundle.manifest().files().keySet()) {
      files.put(file, Files.readAllBytes(bundle.path(file)));
    }
    return new Draft(bundle.manifest(), files);
  }

  /** The models by name: the encoders in the order of the spec, then the fusion. */
  Map<String, Manifest.Model> models() {
    Map<String, Manifest.Model> models = new LinkedHashMap<>(manifest.encoders());
    models.put("fusion", manifest.fusion());
    return models;
  }

  /** The bytes of a model. */
  byte[] onnx(Manifest.Model model) {
    return Objects.requireNonNull(files.get(model.file()), model.file());
  }

  /**
   * The rows that a load of the model must reproduce.
   *
   * @throws dev.braid.bundle.InvalidBundleException if they cannot be read
   */
  GoldenRows golden(Manifest.Model model) {
    byte[] json = Objects.requireNonNull(files.get(model.golden()), model.golden());
    return GoldenRows.parse(new String(json, StandardCharsets.UTF_8));
  }

  /**
   * The same with other bytes for some models, whose golden answers are computed anew.
   *
   * @param onnx by the names of {@link #models}
   * @param step what was done, for the provenance
   */
  Draft with(Map<String, byte[]> onnx, String precision, String step) {
    Map<String, byte[]> changed = new LinkedHashMap<>(files);
    onnx.forEach(
        (name, bytes) -> {
          Manifest.Model model = Objects.requireNonNull(models().get(name), name);
          changed.put(model.file(), bytes);
          changed.put(
              model.golden(), answered(model, bytes).toJson().getBytes(StandardCharsets.UTF_8));
        });
    return new Draft(manifest, changed).described(precision, step);
  }

  private Draft described(String precision, String step) {
    Manifest.Provenance from = manifest.provenance();
    List<String> steps = new ArrayList<>(from.steps());
    steps.add(step);
    return new Draft(
        new Manifest(
            manifest.formatVersion(),
            manifest.name(),
            manifest.spec(),
            manifest.encoders(),
            manifest.fusion(),
            manifest.featurizers(),
            manifest.anomalyThreshold(),
            precision,
            new Manifest.Provenance(
                from.dataDigest(),
                from.seed(),
                from.commit(),
                from.variant(),
                from.metrics(),
                steps),
            Map.of()),
        files);
  }

  /** Writes it. */
  Bundle write(Path directory) throws IOException {
    return Bundle.write(directory, manifest, files);
  }

  private GoldenRows answered(Manifest.Model model, byte[] onnx) {
    List<TensorRow> rows = golden(model).rows();
    List<float[][]> answers = new ArrayList<>();
    try (OnnxGraph graph = OnnxGraph.open(model.file(), onnx)) {
      Map<String, OnnxGraph.Output> outputs = graph.run(model.inputs(), rows);
      for (int row = 0; row < rows.size(); row++) {
        List<float[]> answer = new ArrayList<>();
        for (TensorSpec output : model.outputs()) {
          float[] values = Objects.requireNonNull(outputs.get(output.name())).values();
          int width = output.stride();
          answer.add(Arrays.copyOfRange(values, row * width, (row + 1) * width));
        }
        answers.add(answer.toArray(float[][]::new));
      }
    }
    return new GoldenRows(rows, answers);
  }
}
