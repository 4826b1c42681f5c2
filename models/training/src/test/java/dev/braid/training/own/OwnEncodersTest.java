package dev.braid.training.own;

import static dev.braid.training.own.EncoderGraphs.means;
import static dev.braid.training.own.EncoderGraphs.signature;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.braid.featurizer.Featurizer;
import dev.braid.featurizer.Featurizers;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.serving.TinyGraph;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import dev.braid.tensor.TensorSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OwnEncodersTest {
  private static final TensorSignature RECORD = signature("FLOAT", "x", -1, 2);

  @TempDir Path directory;
  Path file;

  @BeforeEach
  void makeDirectory() throws IOException {
    file = Files.createDirectories(directory.resolve("encoders")).resolve("form.onnx");
  }

  @Test
  void aPayloadBecomesAnEmbeddingThroughTheFeaturizerAndTheGraph() throws Exception {
    Files.write(file, means(RECORD, 2, 1));
    try (OwnEncoders encoders = open()) {
      Featurizer own = encoders.featurizers().get("form");
      assertThat(own.inputs().get(0).shape()).containsExactly(-1L, 1L);
      // (age - 10) / 2 and the flag that it is there, and their mean.
      assertThat(own.featurize(form(14.0)).floats(0)).containsExactly(1.5f);
      assertThat(Featurizers.toJson(own))
          .isEqualTo("{\"mean\":[10.0],\"deviation\":[2.0],\"categories\":{}}");
      FrozenEncoder frozen = (FrozenEncoder) own;
      assertThat(frozen.onnx()).isEqualTo(Files.readAllBytes(file));
      assertThat(frozen.golden().rows()).hasSize(1);
      assertThat(frozen.golden().outputs().get(0)[0]).containsExactly(1.5f);
      assertThatThrownBy(() -> own.featurize(new Payload.Text("a", "text/plain")))
          .isInstanceOf(InvalidObservationException.class);
    }
  }

  @Test
  void aWidthThatTheGraphLeavesOpenIsFoundByRunningIt() throws Exception {
    TinyGraph graph = new TinyGraph();
    graph.output(
        signature("FLOAT", "features", -1, -1),
        EncoderGraphs.means(graph, graph.input(signature("FLOAT", "x", -1, -1)), 2, 2));
    Files.write(file, graph.bytes());
    try (OwnEncoders encoders = open()) {
      assertThat(encoders.featurizers().get("form").featurize(form(14.0)).floats(0))
          .containsExactly(2f, 1f);
    }
  }

  @Test
  void weightsThatAreListedAsInputsTooAreNoInputs() throws Exception {
    ModelProto plain = ModelProto.parseFrom(means(RECORD, 2, 1));
    ModelProto.Builder old = plain.toBuilder().setIrVersion(3);
    for (TensorProto weight : plain.getGraph().getInitializerList()) {
      old.getGraphBuilder()
          .addInput(
              ValueInfoProto.newBuilder()
                  .setName(weight.getName())
                  .setType(
                      TypeProto.newBuilder()
                          .setTensorType(
                              TypeProto.Tensor.newBuilder().setElemType(weight.getDataType()))));
    }
    Files.write(file, old.build().toByteArray());
    try (OwnEncoders encoders = open()) {
      assertThat(encoders.featurizers().get("form").featurize(form(14.0)).floats(0))
          .containsExactly(1.5f);
    }
  }

  @Test
  void anEncoderThatIsNotThereOrNoGraphIsRefused() throws Exception {
    assertRefused("there is no file %s; the path is relative to spec.yaml".formatted(file));
    Files.writeString(file, "this is no graph");
    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidEncoderException.class)
        .hasMessageStartingWith(
            "encoder 'encoders/form.onnx' of modality 'form' is no model that can be served: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void aLinkOutOfTheDirectoryIsRefused() throws Exception {
    Path outside = Files.write(directory.resolve("outside.onnx"), means(RECORD, 2, 1));
    Path spec = Files.createDirectories(directory.resolve("data/encoders"));
    Files.createSymbolicLink(spec.resolve("form.onnx"), outside);
    directory = directory.resolve("data");
    assertRefused("the file leads out of %s; copy it there".formatted(directory));
  }

  @Test
  void aFixedBatchIsRefused() throws Exception {
    write(
        signature("FLOAT", "x", 1, 2),
        graph -> EncoderGraphs.output(graph, 1, EncoderGraphs.means(graph, "x", 2, 1)));
    assertRefused(
        "the first dimension of its input 'x' FLOAT [1, 2] must be the batch and open; export it"
            + " with a dynamic first dimension");
    write(
        RECORD,
        graph ->
            graph.output(
                signature("FLOAT", "features", 1, 1), EncoderGraphs.means(graph, "x", 2, 1)));
    assertRefused(
        "the first dimension of its output 'features' FLOAT [1, 1] must be the batch and open;"
            + " export it with a dynamic first dimension");
  }

  @Test
  void anotherShapeOrTypeIsRefusedWithWhatIsNeeded() throws Exception {
    Files.write(file, means(signature("FLOAT", "x", -1, 3), 3, 1));
    assertRefused("it must have one input, FLOAT [-1, 2], but has: 'x' FLOAT [-1, 3]");
    write(
        signature("DOUBLE", "x", -1, 2),
        graph -> graph.output(signature("DOUBLE", "features", -1, 2), "x"));
    assertRefused("it must have one input, FLOAT [-1, 2], but has: 'x' DOUBLE [-1, 2]");
    write(
        RECORD,
        graph ->
            graph.output(
                signature("FLOAT", "features", -1, 2, 1),
                graph.node("Unsqueeze", List.of("x", graph.longs(new long[] {2}, 1)))));
    assertRefused("it must have one output, FLOAT [-1, D], but has: 'features' FLOAT [-1, 2, 1]");
  }

  @Test
  void twoOutputsAreRefused() throws Exception {
    write(
        RECORD,
        graph -> {
          graph.output(signature("FLOAT", "features", -1, 2), "x");
          graph.output(signature("FLOAT", "logits", -1, 2), "x");
        });
    assertRefused(
        "it must have one output, FLOAT [-1, D], but has: 'features' FLOAT [-1, 2], 'logits' FLOAT"
            + " [-1, 2]");
  }

  @Test
  void moreThan4096FeaturesAreRefused() throws Exception {
    Files.write(file, means(RECORD, 2, FrozenEncoder.MAX_WIDTH));
    open().close();
    Files.write(file, means(RECORD, 2, FrozenEncoder.MAX_WIDTH + 1));
    assertRefused(
        "its output 'features' must be [1, D] for one row, D from 1 to 4096, but was: [1, 4097]");
  }

  @Test
  void numbersThatAreNotFiniteAreRefused() throws Exception {
    write(
        RECORD,
        graph -> EncoderGraphs.output(graph, 2, graph.node("Sqrt", List.of(minusOne(graph)))));
    assertRefused(
        "it fails on a trial row: output 'features' [1, 2] must be finite, but element 0 was: NaN");
  }

  @Test
  void anEmbeddingThatDependsOnItsNeighboursIsRefused() throws Exception {
    write(
        RECORD,
        graph -> {
          String mean =
              graph.node(
                  "ReduceSum",
                  List.of("x", graph.longs(new long[] {0}, 1)),
                  new TinyGraph.Attribute("keepdims", 1));
          EncoderGraphs.output(graph, 2, graph.node("Sub", List.of("x", mean)));
        });
    assertThatThrownBy(this::open)
        .hasMessageContaining("its embedding of a row depends on the other rows of the batch")
        .hasMessageEndingWith("export it in evaluation mode");
  }

  @Test
  void aTableThatIsShorterThanTheVocabularyIsRefused() throws Exception {
    Spec text =
        SpecYaml.parse(
            SpecYaml.format(spec())
                .replace("kind: record", "kind: text")
                .replaceAll("(?m)^ *(numeric|categorical):.*\\R( *- .*\\R)*", ""));
    Featurizer plain =
        Featurizers.restore(
            text.modalities().get("form"), "{\"terms\":[\"a\",\"b\",\"c\"],\"idf\":[1,1,1]}");
    Files.write(file, EncoderGraphs.bag(3, 2));
    OwnEncoders.open(text, directory, Map.of("form", plain)).close();
    Files.write(file, EncoderGraphs.bag(2, 2));
    assertThatThrownBy(() -> OwnEncoders.open(text, directory, Map.of("form", plain)))
        .isInstanceOf(InvalidEncoderException.class)
        .hasMessageContaining("of modality 'form'")
        .hasMessageContaining("out of");
  }

  private static String minusOne(TinyGraph graph) {
    String square = graph.node("Mul", List.of("x", "x"));
    return graph.node("Sub", List.of(graph.floats(new float[] {-1}, 1), square));
  }

  private void write(TensorSignature input, Consumer<TinyGraph> body) throws IOException {
    TinyGraph graph = new TinyGraph();
    graph.input(input);
    body.accept(graph);
    Files.write(file, graph.bytes());
  }

  private void assertRefused(String why) {
    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidEncoderException.class)
        .hasMessage("encoder 'encoders/form.onnx' of modality 'form': " + why);
  }

  private OwnEncoders open() {
    Featurizer plain =
        Featurizers.restore(
            spec().modalities().get("form"), "{\"mean\":[10],\"deviation\":[2],\"categories\":{}}");
    return OwnEncoders.open(spec(), directory, Map.of("form", plain));
  }

  private static Spec spec() {
    return SpecYaml.parse(
        """
        name: own
        window: {size: 10s}
        modalities:
          form: {kind: record, numeric: [age], encoder: encoders/form.onnx}
        tasks:
          state: {kind: regression}
        """);
  }

  private static Payload form(double age) {
    return new Payload.Fields(Map.of("age", age));
  }
}
