package dev.braid.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.bundle.GoldenRows;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.tensor.TensorSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RefusedBundleTest {
  private static final TinyBundle TINY = TinyBundle.ofSeed(1);

  @TempDir Path directory;

  @AfterEach
  void noServerIsLeftOpen() {
    assertThat(Leases.open()).isZero();
  }

  @Test
  void aChangedByteIsRefusedAndLeavesNothingOpen() throws Exception {
    TinyBundle.write(directory);
    Path model = directory.resolve("encoders/camera.onnx");
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length / 2] ^= 1;
    Files.write(model, bytes);

    assertRefused("encoders/camera.onnx was changed");
  }

  @Test
  void goldenOutputsThatDoNotComeOutAreRefused() {
    Map<String, byte[]> files = new LinkedHashMap<>(TINY.files());
    GoldenRows golden =
        GoldenRows.parse(new String(files.get("golden/order.json"), StandardCharsets.UTF_8));
    golden.outputs().get(1)[0][2] += 0.001f;
    files.put("golden/order.json", golden.toJson().getBytes(StandardCharsets.UTF_8));
    TINY.write(directory, TINY.manifest("sha256:unknown"), files);

    assertRefused("encoders/order.onnx does not reproduce golden row 1: embedding[2] must be");
  }

  @Test
  void aModelOfAnotherShapeThanTheManifestIsRefused() {
    Map<String, byte[]> files = new LinkedHashMap<>(TINY.files());
    List<TensorSpec> inputs = List.of(TensorSpec.floats("series", 3, 11));
    files.put(
        "encoders/vibration.onnx",
        TINY.models().encoder("vibration", inputs, TensorSpec.floats("embedding", 3)));
    TINY.write(directory, TINY.manifest("sha256:unknown"), files);

    assertRefused(
        "encoders/vibration.onnx: the input 'series' must be FLOAT [-1, 3, 10], but is: FLOAT [-1,"
            + " 3, 11]");
  }

  @Test
  void aModelOfOtherNamesThanTheManifestIsRefused() {
    Map<String, byte[]> files = new LinkedHashMap<>(TINY.files());
    files.put("encoders/vibration.onnx", files.get("encoders/camera.onnx"));
    TINY.write(directory, TINY.manifest("sha256:unknown"), files);

    assertRefused("encoders/vibration.onnx must have the inputs [series], but has: [pixels]");
  }

  @Test
  void bytesThatAreNoModelAreRefused() {
    Map<String, byte[]> files = new LinkedHashMap<>(TINY.files());
    files.put("fusion.onnx", "not a model".getBytes(StandardCharsets.UTF_8));
    TINY.write(directory, TINY.manifest("sha256:unknown"), files);

    assertRefused("fusion.onnx is no model that can be served");
  }

  @Test
  void aMissingBundleIsRefused() {
    assertRefused("there is no manifest.json");
  }

  private void assertRefused(String why) {
    assertThatThrownBy(() -> ModelServer.lease(directory, ServingOptions.defaults()))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageStartingWith("bundle " + directory)
        .hasMessageContaining(why)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }
}
