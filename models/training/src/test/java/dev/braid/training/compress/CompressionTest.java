package dev.braid.training.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.Manifest;
import dev.braid.dataset.Dataset;
import dev.braid.featurizer.TextFeaturizer;
import dev.braid.serving.ModelServer;
import dev.braid.serving.OnnxGraph;
import dev.braid.serving.ServingOptions;
import dev.braid.tensor.TensorRow;
import dev.braid.training.Silence;
import dev.braid.training.SmallWorld;
import dev.braid.training.export.BundleExport;
import dev.braid.training.fusion.Variant;
import dev.braid.training.graph.PrunableUnit;
import dev.braid.training.graph.Weights;
import dev.braid.training.trainer.Model;
import dev.braid.training.trainer.TrainedModel;
import dev.braid.training.trainer.Trainer;
import dev.braid.training.trainer.TrainingData;
import dev.braid.training.trainer.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A small bundle of every kind of modality is compressed in every way. */
final class CompressionTest {
  @TempDir private static Path directory;

  private static Dataset dataset;
  private static TrainingData data;
  private static Bundle bundle;

  private final Quiet quiet = new Quiet();

  @AfterAll
  static void close() {
    data.close();
  }

  @BeforeAll
  static void train() throws IOException {
    dataset = Dataset.open(SmallWorld.write(directory.resolve("data"), 80));
    data = TrainingData.load(dataset);
    try (TrainedModel trained =
        new Trainer(data, new TrainingOptions(6, 16, 0.003, 1, 1))
            .train(Variant.FULL, Silence.LISTENER)) {
      bundle =
          BundleExport.write(
              directory.resolve("bundle"),
              trained,
              new Manifest.Provenance(dataset.digest(), 1, "unknown", "full", trained.metrics()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"eye", "ear", "skin"})
  void foldingLeavesNoBatchNormAndChangesNoEmbedding(String modality) throws IOException {
    Draft draft = Draft.of(bundle);
    Manifest.Model model = draft.models().get(modality);
    ProtoGraph graph = ProtoGraph.parse(modality, draft.onnx(model));
    assertThat(Folding.fold(graph)).isPositive();
    assertThat(graph.nodes("BatchNormalization")).isEmpty();
    List<TensorRow> rows = data.rows(modality).subList(0, 8);
    assertThat(embeddings(model, graph.toByteArray(), rows))
        .containsExactly(embeddings(model, draft.onnx(model), rows), Offset.offset(1e-4f));
  }

  @ParameterizedTest
  @ValueSource(strings = {"eye", "ear", "skin", "word", "form"})
  void bytesEmbedNearlyAsFloats(String modality) throws IOException {
    Draft draft = Draft.of(bundle);
    Manifest.Model model = draft.models().get(modality);
    List<TensorRow> rows = data.rows(modality).subList(0, 16);
    float[] floats = embeddings(model, draft.onnx(model), rows);
    float[] bytes = embeddings(model, quantised(draft, modality, false), rows);
    double off = 0;
    double all = 0;
    for (int i = 0; i < floats.length; i++) {
      off += Math.pow(floats[i] - bytes[i], 2);
      all += Math.pow(floats[i], 2);
    }
    assertThat(Math.sqrt(off / all)).isLessThan(0.03);
  }

  @ParameterizedTest
  @ValueSource(strings = {"eye", "ear", "skin", "word", "form"})
  void anEmbeddingInBytesHardlyDependsOnItsBatch(String modality) throws IOException {
    Draft draft = Draft.of(bundle);
    Manifest.Model model = draft.models().get(modality);
    byte[] onnx = quantised(draft, modality, false);
    List<TensorRow> rows = data.rows(modality).subList(0, 32);
    float[] together = embeddings(model, onnx, rows);
    for (int i = 0; i < rows.size(); i++) {
      float[] alone = embeddings(model, onnx, rows.subList(i, i + 1));
      float[] row = java.util.Arrays.copyOfRange(together, i * 64, (i + 1) * 64);
      // What is computed with floats before the first byte may be rounded to either side of a step.
      assertThat(row).containsExactly(alone, Offset.offset(2e-2f));
    }
  }

  @Test
  void takingOutUnitsThatGiveNothingChangesNoAnswer() throws IOException {
    Draft draft = Draft.of(bundle);
    Map<String, Weights> weights = new LinkedHashMap<>();
    draft.models().values().forEach(model -> weights.putAll(Weights.of(draft.onnx(model))));
    Collection<List<PrunableUnit>> layers = layers(weights);
    List<String> norms = Pruning.scales(layers);
    // The convolutions' channels: behind a batch norm of scale and shift 0 they are 0 everywhere.
    List<List<PrunableUnit>> channels = new ArrayList<>();
    for (List<PrunableUnit> layer : layers) {
      if (!layer.get(0).scales().isEmpty()
          && weights.containsKey(layer.get(0).scales().get(0).replace(".weight", ".mean"))) {
        channels.add(layer);
        for (int i = 0; i < layer.size(); i += 2) {
          String scale = layer.get(i).scales().get(0);
          int at = layer.get(i).scalesAt().get(0);
          weights.get(scale).values()[at] = 0f;
          weights.get(scale.replace(".weight", ".bias")).values()[at] = 0f;
        }
      }
    }
    assertThat(norms).hasSizeGreaterThan(channels.size() - 1);
    assertThat(channels).hasSize(2 * 2 - 1 + 4 + 2);
    Pruning.Pruned pruned = Pruning.prune(weights, channels, data, 0.5);
    pruned.weights().put("encoder.word.terms", weights.get("encoder.word.terms"));
    for (String modality : List.of("eye", "ear", "skin")) {
      List<TensorRow> rows = data.rows(modality).subList(0, 8);
      assertThat(torch(pruned.weights(), modality, rows))
          .containsExactly(torch(weights, modality, rows), Offset.offset(1e-4f));
    }
    assertThat(pruned.weights().get("encoder.ear.1.conv.weight").shape())
        .containsExactly(16, 8, 3, 3);
  }

  @Test
  void aPrunedBundleInBytesIsServedAndSaysWhatWasDone() throws IOException {
    Path out = directory.resolve("small");
    CompressionResult result =
        Compression.run(bundle, dataset, out, options(0.5, true, false, 1.0), quiet);
    Bundle written = Bundle.open(out);
    assertThat(written.manifest().precision()).isEqualTo("int8");
    assertThat(written.manifest().provenance().steps().get(0)).isEqualTo("pruned by 0.5");
    assertThat(written.manifest().provenance().steps().get(1)).isEqualTo("batch norms folded");
    assertThat(written.manifest().provenance().steps().get(2)).startsWith("int8, ranges by ");
    assertThat(result.stages())
        .extracting(Stage::precision)
        .containsExactly("fp32", "fp32", "fp32", "int8");
    assertThat(result.after().modelBytes()).isLessThan(result.before().modelBytes() / 3);
    assertThat(result.after().parameters()).isLessThan(result.before().parameters());
    assertThat(result.calibrations()).containsOnlyKeys("min/max", "percentile", "entropy");
    assertThat(result.speedUp()).containsOnlyKeys("eye", "ear", "skin", "word", "form", "fusion");
    assertThat(((TextFeaturizer) written.featurizers().get("word")).vocabularySize())
        .isEqualTo(((TextFeaturizer) bundle.featurizers().get("word")).vocabularySize());
    try (ModelServer.Lease lease = ModelServer.lease(out, ServingOptions.defaults())) {
      assertThat(lease.server().precision()).isEqualTo("int8");
    }
    assertThat(CompressionReport.of(result).toHtml())
        .contains("Compression of small-world")
        .contains("Ranges of the activations");
  }

  @Test
  void halfFloatsTakeHalfOfTheBytesAndAnswerTheSame() throws IOException {
    CompressionResult result =
        Compression.run(
            bundle, dataset, directory.resolve("half"), options(0, false, true, 0.01), quiet);
    assertThat(result.bundle().manifest().precision()).isEqualTo("fp16");
    assertThat((double) result.after().modelBytes() / result.before().modelBytes())
        .isBetween(0.45, 0.6);
  }

  @Test
  void aVocabularyLosesTheTermsThatSayLeast() {
    Map<String, Weights> weights = new LinkedHashMap<>();
    int terms = ((TextFeaturizer) data.featurizers().get("word")).vocabularySize();
    weights.put("encoder.word.terms", new Weights(new float[terms * 2], terms, 2));
    Pruning.Pruned pruned = Pruning.prune(weights, List.of(), data, 0.5);
    // Fewer than 64 of them: all stay.
    assertThat(pruned.terms()).containsExactly(terms, terms);
  }

  @Test
  void denseLayersMayTakeTheRangeOfTheirBatch() throws IOException {
    Draft draft = Draft.of(bundle);
    byte[] onnx = quantised(draft, "eye", true);
    assertThat(ProtoGraph.parse("eye", onnx).nodes("DynamicQuantizeLinear")).hasSize(1);
    List<TensorRow> rows = data.rows("eye").subList(0, 8);
    Manifest.Model model = draft.models().get("eye");
    float[] byBatch = embeddings(model, onnx, rows);
    float[] fixed = embeddings(model, quantised(draft, "eye", false), rows);
    assertThat(byBatch).containsExactly(fixed, Offset.offset(0.05f));
    assertThat(byBatch).isNotEqualTo(fixed);
  }

  @Test
  void aDataSetWithOtherTasksIsRefused() throws IOException {
    Path other = SmallWorld.write(directory.resolve("other"), 40);
    Path spec = other.resolve("spec.yaml");
    Files.writeString(
        spec, Files.readString(spec).replace("labels: [cold, hot]", "labels: [hot, cold]"));
    assertThatThrownBy(
            () ->
                Compression.run(
                    bundle,
                    Dataset.open(other),
                    directory.resolve("unfit"),
                    options(0, true, false, 0),
                    quiet))
        .hasMessageContaining("has other modalities, tasks or windows than the bundle");
  }

  @Test
  void aBundleWithoutAllWeightsIsNotPruned() throws IOException {
    Draft draft = Draft.of(bundle);
    Map<String, Weights> weights = new LinkedHashMap<>();
    draft.models().values().forEach(model -> weights.putAll(Weights.of(draft.onnx(model))));
    weights.remove("encoder.skin.gru.state.weight");
    assertThatThrownBy(() -> layers(weights))
        .hasMessageContaining("lacks the weight 'encoder.skin.gru.state.weight'");
  }

  @Test
  void whatWasCompressedBeforeIsNotCompressedAgain() throws IOException {
    Bundle half =
        Compression.run(
                bundle, dataset, directory.resolve("once"), options(0, false, true, 0.01), quiet)
            .bundle();
    assertThatThrownBy(
            () ->
                Compression.run(
                    half, dataset, directory.resolve("twice"), options(0, true, false, 0), quiet))
        .hasMessageContaining("has precision fp16; compress the fp32 bundle that it was made of");
  }

  private static byte[] quantised(Draft draft, String modality, boolean dynamic) {
    Manifest.Model model = draft.models().get(modality);
    ProtoGraph graph = ProtoGraph.parse(modality, draft.onnx(model));
    Folding.fold(graph);
    Map<String, Range> ranges = new LinkedHashMap<>();
    Calibrator.observe(
            modality, graph, Int8.activations(graph, dynamic), model.inputs(), data.rows(modality))
        .forEach((value, seen) -> ranges.put(value, RangeMethod.MIN_MAX.of(seen)));
    Int8.quantise(graph, ranges, dynamic);
    return graph.toByteArray();
  }

  private static float[] embeddings(Manifest.Model model, byte[] onnx, List<TensorRow> rows) {
    try (OnnxGraph graph = OnnxGraph.open(model.file(), onnx)) {
      return graph.run(model.inputs(), rows).get("embedding").values();
    }
  }

  private static Collection<List<PrunableUnit>> layers(Map<String, Weights> weights) {
    return Pruning.prunable(data.spec(), Variant.FULL, data.featurizers(), weights);
  }

  private static float[] torch(
      Map<String, Weights> weights, String modality, List<TensorRow> rows) {
    try (PointerScope scope = new PointerScope();
        org.bytedeco.pytorch.NoGradGuard guard = new org.bytedeco.pytorch.NoGradGuard();
        Model model = new Model(data.spec(), data.featurizers(), Variant.FULL, 1, weights)) {
      return dev.braid.training.graph.Tensors.floats(
          model.encode(
              new dev.braid.training.graph.TorchOps(model.parameters(), false),
              modality,
              dev.braid.training.trainer.TensorBatch.stack(
                  data.featurizers().get(modality).inputs(), rows)));
    }
  }

  private static CompressionOptions options(
      double prune, boolean int8, boolean fp16, double maxDrop) {
    return new CompressionOptions(prune, int8, fp16, false, maxDrop, 1, 2, 1);
  }

  /** Hears nothing. */
  private static final class Quiet implements Compression.Listener {
    @Override
    public void said(String line) {}

    @Override
    public void epochStarted(String stage, int epoch, int epochs, int steps) {}

    @Override
    public void stepped(double loss) {}

    @Override
    public void epochEnded(TrainedModel.EpochReport report) {}
  }
}
