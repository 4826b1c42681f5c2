package dev.braid.bench;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.GoldenRows;
import dev.braid.bundle.Manifest;
import dev.braid.featurizer.Featurizer;
import dev.braid.featurizer.Featurizers;
import dev.braid.scene.FusionOutputs;
import dev.braid.scene.SceneTensors;
import dev.braid.serving.OnnxGraph;
import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Writes the bundle of a net, whose answers mean nothing and cost what real ones do. */
final class BenchBundle {
  private final Net net;
  private final boolean bytes;
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  private BenchBundle(Net net, boolean bytes) {
    this.net = net;
    this.bytes = bytes;
  }

  /**
   * Writes it into a new directory.
   *
   * @param bytes whether activations and weights are 8-bit integers
   */
  static Bundle write(Path directory, Net net, boolean bytes) throws IOException {
    BenchBundle bundle = new BenchBundle(net, bytes);
    Manifest manifest = bundle.manifest();
    return Bundle.write(directory, manifest, bundle.files);
  }

  private Manifest manifest() {
    Spec spec = SpecYaml.parse(net.spec());
    Map<String, Manifest.Model> encoders = new LinkedHashMap<>();
    Map<String, String> featurizers = new LinkedHashMap<>();
    Map<String, Integer> widths = new LinkedHashMap<>();
    spec.modalities()
        .forEach(
            (name, modality) -> {
              Featurizer featurizer = featurizer(modality);
              TensorSpec embedding = TensorSpec.floats("embedding", Net.WIDTH);
              byte[] onnx = net.encoder(featurizer.inputs().get(0), embedding, bytes).toByteArray();
              encoders.put(
                  name, put("encoders/" + name, onnx, featurizer.inputs(), List.of(embedding)));
              featurizers.put(name, "featurizers/" + name + ".json");
              files.put("featurizers/" + name + ".json", utf8(Featurizers.toJson(featurizer)));
              widths.put(name, Net.WIDTH);
            });
    List<TensorSpec> inputs = new SceneTensors(spec, widths).inputs();
    byte[] onnx = net.fusion(spec, inputs, bytes).toByteArray();
    return new Manifest(
        Manifest.FORMAT_VERSION,
        spec.name(),
        spec,
        encoders,
        put("fusion", onnx, inputs, new FusionOutputs(spec).outputs()),
        featurizers,
        1,
        bytes ? "int8" : "fp32",
        new Manifest.Provenance("sha256:none", 0, "unknown", "random", Map.of()),
        Map.of());
  }

  private Featurizer featurizer(ModalitySpec modality) {
    double[] deviation = new double[net.channels()];
    Arrays.fill(deviation, 1);
    String zeros = Arrays.toString(new double[net.channels()]);
    return Featurizers.restore(
        modality, "{\"mean\":%s,\"deviation\":%s}".formatted(zeros, Arrays.toString(deviation)));
  }

  private Manifest.Model put(
      String name, byte[] onnx, List<TensorSpec> inputs, List<TensorSpec> outputs) {
    List<TensorRow> rows = List.of(zeros(inputs));
    List<float[]> answers = new ArrayList<>();
    try (OnnxGraph graph = OnnxGraph.open(name, onnx)) {
      Map<String, OnnxGraph.Output> given = graph.run(inputs, rows);
      for (TensorSpec output : outputs) {
        answers.add(Objects.requireNonNull(given.get(output.name())).values());
      }
    }
    String golden = "golden/" + name.substring(name.lastIndexOf('/') + 1) + ".json";
    GoldenRows expected = new GoldenRows(rows, List.<float[][]>of(answers.toArray(float[][]::new)));
    files.put(name + ".onnx", onnx);
    files.put(golden, utf8(expected.toJson()));
    return new Manifest.Model(name + ".onnx", inputs, outputs, golden);
  }

  private static TensorRow zeros(List<TensorSpec> inputs) {
    return TensorRow.of(inputs.stream().map(input -> new float[input.stride()]).toArray());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
