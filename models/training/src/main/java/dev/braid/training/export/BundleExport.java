package dev.braid.training.export;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.GoldenRows;
import dev.braid.bundle.Manifest;
import dev.braid.featurizer.Featurizer;
import dev.braid.featurizer.Featurizers;
import dev.braid.scene.FusionOutputs;
import dev.braid.scene.SceneTensors;
import dev.braid.scene.Token;
import dev.braid.spec.Spec;
import dev.braid.spec.TaskSpec;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import dev.braid.training.fusion.FusionNet;
import dev.braid.training.graph.OnnxOps;
import dev.braid.training.graph.Ops;
import dev.braid.training.graph.Tensors;
import dev.braid.training.graph.TorchOps;
import dev.braid.training.own.FrozenEncoder;
import dev.braid.training.trainer.Model;
import dev.braid.training.trainer.TensorBatch;
import dev.braid.training.trainer.TrainedModel;
import dev.braid.training.trainer.TrainingData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Writes a trained model as a bundle: one ONNX graph for each encoder and one for the fusion, with
 * temperatures and scales inside, and golden rows computed by libtorch. Not safe for several
 * threads.
 */
public final class BundleExport {
  private static final int GOLDEN = 2;

  private final TrainedModel trained;
  private final Model model;
  private final Spec spec;
  private final Map<String, byte[]> files = new LinkedHashMap<>();

  private BundleExport(TrainedModel trained) {
    this.trained = trained;
    this.model = trained.model();
    this.spec = model.spec();
  }

  /**
   * Writes the bundle.
   *
   * @throws IOException if the directory cannot be written
   */
  public static Bundle write(Path directory, TrainedModel trained, Manifest.Provenance provenance)
      throws IOException {
    BundleExport export = new BundleExport(trained);
    Manifest manifest = export.manifest(provenance);
    return Bundle.write(directory, manifest, export.files);
  }

  private Manifest manifest(Manifest.Provenance provenance) {
    Map<String, Manifest.Model> encoders = new LinkedHashMap<>();
    Map<String, String> featurizers = new LinkedHashMap<>();
    Map<String, Integer> widths = new LinkedHashMap<>();
    trained
        .featurizers()
        .forEach(
            (modality, featurizer) -> {
              Manifest.Model encoder = encoder(modality, featurizer);
              encoders.put(modality, encoder);
              widths.put(modality, encoder.outputs().get(0).stride());
              String file = "featurizers/" + modality + ".json";
              featurizers.put(modality, file);
              files.put(file, utf8(Featurizers.toJson(featurizer)));
            });
    return new Manifest(
        Manifest.FORMAT_VERSION,
        spec.name(),
        spec,
        encoders,
        fusion(new SceneTensors(spec, widths)),
        featurizers,
        trained.anomalyThreshold(),
        "fp32",
        provenance,
        Map.of());
  }

  private Manifest.Model encoder(String modality, Featurizer featurizer) {
    if (featurizer instanceof FrozenEncoder frozen) {
      return put(
          "encoders/" + modality,
          frozen.onnx(),
          frozen.graphInputs(),
          List.of(frozen.graphOutput()),
          frozen.golden());
    }
    OnnxOps graph = new OnnxOps(modality, model.parameters());
    List<String> inputs = featurizer.inputs().stream().map(graph::input).toList();
    TensorSpec output = TensorSpec.floats("embedding", model.width(modality));
    graph.output(output, model.encode(graph, modality, inputs));
    List<TensorRow> samples = trained.samples().getOrDefault(modality, List.of());
    List<TensorRow> rows =
        samples.isEmpty()
            ? List.of(zeros(featurizer.inputs()))
            : samples.subList(0, Math.min(GOLDEN, samples.size()));
    List<float[][]> outputs = new ArrayList<>();
    for (float[] embedding : embed(modality, featurizer.inputs(), rows)) {
      outputs.add(new float[][] {embedding});
    }
    return put(
        "encoders/" + modality,
        graph.toByteArray(),
        featurizer.inputs(),
        List.of(output),
        new GoldenRows(rows, outputs));
  }

  private Manifest.Model fusion(SceneTensors scenes) {
    OnnxOps graph = new OnnxOps("fusion", model.parameters());
    Map<String, FusionNet.Tokens<String>> tokens = new LinkedHashMap<>();
    List<String> names = scenes.inputs().stream().map(graph::input).toList();
    for (String modality : spec.modalities().keySet()) {
      int at = 3 * tokens.size();
      tokens.put(
          modality, new FusionNet.Tokens<>(names.get(at), names.get(at + 1), names.get(at + 2)));
    }
    List<TensorSpec> specs = new FusionOutputs(spec).outputs();
    List<String> values = outputs(graph, tokens);
    for (int i = 0; i < specs.size(); i++) {
      graph.output(specs.get(i), values.get(i));
    }
    List<TensorRow> rows = goldenScenes(scenes);
    GoldenRows golden = new GoldenRows(rows, goldenAnswers(scenes, rows));
    return put("fusion", graph.toByteArray(), scenes.inputs(), specs, golden);
  }

  /** The outputs in the order of {@link FusionOutputs}. */
  private <T> List<T> outputs(Ops<T> ops, Map<String, FusionNet.Tokens<T>> tokens) {
    FusionNet.Result<T> result = model.fusion().forward(ops, tokens);
    List<T> outputs = new ArrayList<>();
    for (Map.Entry<String, TaskSpec> task : spec.tasks().entrySet()) {
      T raw = java.util.Objects.requireNonNull(result.tasks().get(task.getKey()));
      if (task.getValue() instanceof TaskSpec.Classification) {
        double temperature = trained.temperatures().getOrDefault(task.getKey(), 1.0);
        T scale = ops.constant(new float[] {(float) (1 / temperature)}, 1);
        outputs.add(ops.softmax(ops.multiply(raw, scale), 1));
      } else {
        double deviation = trained.deviations().getOrDefault(task.getKey(), 1.0);
        double mean = trained.means().getOrDefault(task.getKey(), 0.0);
        T scale = ops.constant(new float[] {(float) deviation}, 1);
        outputs.add(ops.add(ops.multiply(raw, scale), ops.constant(new float[] {(float) mean}, 1)));
      }
    }
    outputs.add(model.fusion().novelty(ops, result));
    outputs.add(result.attention());
    return outputs;
  }

  private Manifest.Model put(
      String name,
      byte[] onnx,
      List<TensorSpec> inputs,
      List<TensorSpec> outputs,
      GoldenRows rows) {
    String file = name + ".onnx";
    String golden = "golden/" + name.substring(name.lastIndexOf('/') + 1) + ".json";
    files.put(file, onnx);
    files.put(golden, utf8(rows.toJson()));
    return new Manifest.Model(file, inputs, outputs, golden);
  }

  private List<TensorRow> goldenScenes(SceneTensors scenes) {
    long window = spec.timeWindow("training").sizeMillis();
    List<TensorRow> rows = new ArrayList<>();
    for (TrainingData.Example example : trained.scenes()) {
      Map<String, List<Token>> tokens = new LinkedHashMap<>();
      example
          .tokens()
          .forEach(
              (modality, given) -> {
                List<TensorRow> all = trained.samples().getOrDefault(modality, List.of());
                List<TensorRow> mine = new ArrayList<>();
                for (int row : given.rows()) {
                  mine.add(all.get(row));
                }
                Featurizer featurizer =
                    java.util.Objects.requireNonNull(trained.featurizers().get(modality));
                float[][] embeddings = embed(modality, featurizer.inputs(), mine);
                List<Token> list = new ArrayList<>();
                for (int i = 0; i < embeddings.length; i++) {
                  long offset = (long) (given.positions()[i] * (double) window);
                  list.add(
                      new Token(
                          Integer.toString(i),
                          Instant.ofEpochMilli(example.start() + offset),
                          embeddings[i]));
                }
                tokens.put(modality, list);
              });
      Instant start = Instant.ofEpochMilli(example.start());
      rows.add(scenes.row(start, start.plusMillis(window), tokens));
    }
    return rows;
  }

  private List<float[][]> goldenAnswers(SceneTensors scenes, List<TensorRow> rows) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      List<Tensor> inputs = TensorBatch.stack(scenes.inputs(), rows);
      Map<String, FusionNet.Tokens<Tensor>> tokens = new LinkedHashMap<>();
      for (String modality : spec.modalities().keySet()) {
        int at = 3 * tokens.size();
        tokens.put(
            modality,
            new FusionNet.Tokens<>(inputs.get(at), inputs.get(at + 1), inputs.get(at + 2)));
      }
      List<float[][]> columns =
          outputs(new TorchOps(model.parameters(), false), tokens).stream()
              .map(Tensors::rows)
              .toList();
      List<float[][]> answers = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        int row = i;
        answers.add(columns.stream().map(column -> column[row]).toArray(float[][]::new));
      }
      return answers;
    }
  }

  private float[][] embed(String modality, List<TensorSpec> inputs, List<TensorRow> rows) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      TorchOps ops = new TorchOps(model.parameters(), false);
      return Tensors.rows(model.encode(ops, modality, TensorBatch.stack(inputs, rows)));
    }
  }

  private static TensorRow zeros(List<TensorSpec> inputs) {
    return TensorRow.of(
        inputs.stream()
            .map(
                input ->
                    input.type() == TensorSpec.Type.FLOAT
                        ? (Object) new float[input.stride()]
                        : (Object) new long[input.stride()])
            .toArray());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
