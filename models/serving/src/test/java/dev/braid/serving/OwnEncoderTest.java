package dev.braid.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import dev.braid.bundle.Bundle;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.featurizer.Featurizer;
import dev.braid.observation.Payload;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSignature;
import dev.braid.tensor.TensorSpec;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encoders that a user brings, in a bundle and before they are in one. */
final class OwnEncoderTest {
  private static final TinyBundle TINY = TinyBundle.ofSeed(1);
  private static final Offset<Float> CLOSE = Offset.offset(1e-5f);

  @TempDir Path directory;

  @Test
  void rowsAreInTheLayoutAndUnderTheNamesOfItsGraph() throws Exception {
    TinyBundle.writeWithOwnCamera(directory);
    BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
    picture.setRGB(3, 5, 0xffffff);
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", png);
    Payload payload = new Payload.Blob(png.toByteArray(), "image/png");
    try (ModelServer.Lease lease = ModelServer.lease(directory, ServingOptions.defaults())) {
      Featurizer camera = lease.server().featurizers().get("camera");
      assertThat(camera.inputs()).containsExactly(TensorSpec.floats("image", 8, 8, 1));
      TensorRow plain = TINY.featurizers().get("camera").featurize(payload);
      RowResult<float[]> result =
          lease.server().encode("camera", List.of(camera.featurize(payload))).get(0);
      assertThat(((RowResult.Served<float[]>) result).value())
          .containsExactly(TINY.models().encode("camera", plain), CLOSE);
    }
  }

  @Test
  void whatAGraphLeavesOpenTheManifestFixes() throws Exception {
    Map<String, byte[]> files = new LinkedHashMap<>(TINY.files());
    files.put("encoders/order.onnx", opened(files.get("encoders/order.onnx")));
    TINY.write(directory, TINY.manifest("sha256:unknown"), files);
    ModelServer.lease(directory, ServingOptions.defaults()).close();
  }

  @Test
  void anInputThatNoRowsOfTheModalityFitIsRefused() {
    Bundle bundle = TinyBundle.writeWithOwnCamera(directory);
    String manifest =
        bundle.manifest().toJson().replaceFirst("\\[ *-1, 8, 8, 1 *]", "[ -1, 8, 1, 8 ]");
    assertThat(manifest).isNotEqualTo(bundle.manifest().toJson());
    assertThatThrownBy(
            () ->
                TINY.write(
                    directory.resolve("other"),
                    dev.braid.bundle.Manifest.parse(manifest),
                    TINY.files()))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageEndingWith(
            "encoders/camera.onnx: it must have one input, FLOAT [-1, 1, 8, 8] or [-1, 8, 8, 1] or"
                + " [-1, 8, 8], but has: 'image' FLOAT [-1, 8, 1, 8]");
  }

  @Test
  void aGraphSaysWhatItTakesAndGivesAndRunsInBatches() throws Exception {
    byte[] onnx = opened(TINY.files().get("encoders/order.onnx"));
    FrozenGraph.Signature signature = FrozenGraph.signature("order", onnx);
    assertThat(signature.inputs())
        .containsExactly(new TensorSignature("features", "FLOAT", List.of(-1L, -1L)));
    assertThat(signature.outputs())
        .as("what ONNX Runtime can infer it says")
        .containsExactly(new TensorSignature("embedding", "FLOAT", List.of(-1L, 5L)));
    List<TensorSpec> inputs = TINY.featurizers().get("order").inputs();
    List<TensorRow> rows = TinyBundle.rows(inputs, 70);
    assertThat(FrozenGraph.outputShapes("order", onnx, inputs, rows.get(0)))
        .containsExactly(List.of(1L, 5L));
    try (FrozenGraph graph =
        FrozenGraph.open("order", onnx, inputs, List.of(TensorSpec.floats("embedding", 5)))) {
      List<RowResult<float[][]>> results = graph.run(rows);
      for (int i = 0; i < rows.size(); i++) {
        assertThat(((RowResult.Served<float[][]>) results.get(i)).value()[0])
            .containsExactly(TINY.models().encode("order", rows.get(i)), CLOSE);
      }
    }
  }

  @Test
  void bytesThatAreNoGraphAreRefusedInOneLine() {
    assertThatThrownBy(() -> FrozenGraph.signature("it", new byte[] {1, 2, 3}))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageStartingWith("it is no model that can be served: ")
        .hasMessageNotContaining("\n");
  }

  /** The same graph with every dimension open. */
  private static byte[] opened(byte[] onnx) throws Exception {
    ModelProto.Builder model = ModelProto.parseFrom(onnx).toBuilder();
    for (var value :
        List.of(
            model.getGraphBuilder().getInputBuilder(0),
            model.getGraphBuilder().getOutputBuilder(0))) {
      TensorShapeProto.Builder shape =
          value.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
      for (int i = 0; i < shape.getDimCount(); i++) {
        shape.getDimBuilder(i).setDimParam("unk" + i);
      }
    }
    return model.build().toByteArray();
  }
}
