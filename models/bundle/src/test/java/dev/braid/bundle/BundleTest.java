package dev.braid.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.observation.Payload;
import dev.braid.tensor.TensorSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BundleTest {
  @TempDir Path parent;
  private Path directory;
  private BundleParts parts;

  @BeforeEach
  void parts() throws Exception {
    directory = parent.resolve("plant");
    parts = new BundleParts();
  }

  @Test
  void aBundleIsOpenedAsItWasWritten() throws Exception {
    Bundle written = write();
    Bundle opened = Bundle.open(directory);
    assertThat(opened.spec()).isEqualTo(BundleParts.SPEC);
    assertThat(opened.manifest()).isEqualTo(written.manifest());
    assertThat(opened.digest()).isEqualTo(written.digest()).startsWith("sha256:");
    assertThat(opened.widths()).containsExactly(Map.entry("log", 4), Map.entry("order", 3));
    assertThat(opened.featurizers()).containsOnlyKeys("log", "order");
    assertThat(
            opened
                .featurizers()
                .get("log")
                .featurize(new Payload.Text("feed", "text/plain"))
                .longs(0))
        .hasSize(1);
    assertThat(opened.golden(opened.manifest().fusion()).rows()).hasSize(1);
    assertThat(Files.readString(opened.path("fusion.onnx"))).isEqualTo("fusion");
    assertThat(listing())
        .containsExactlyElementsOf(
            Stream.concat(parts.files.keySet().stream(), Stream.of("manifest.json"))
                .sorted()
                .toList());
  }

  @Test
  void theSamePartsGiveTheSameDigestInAnyOrder() throws Exception {
    String digest = write().digest();
    parts.metrics = new TreeMap<>(parts.metrics).descendingMap();
    Map<String, byte[]> otherOrder = new TreeMap<>(parts.files).descendingMap();
    assertThat(Bundle.write(parent.resolve("other"), parts.manifest(), otherOrder).digest())
        .isEqualTo(digest);
    assertThat(Digests.of(directory.resolve("manifest.json"))).isEqualTo(digest);
  }

  @Test
  void oneChangedByteInAnyFileIsRefused() throws Exception {
    write();
    for (String file : parts.files.keySet()) {
      Path path = directory.resolve(file);
      byte[] bytes = Files.readAllBytes(path);
      bytes[bytes.length / 2] ^= 1;
      Files.write(path, bytes);
      assertThatThrownBy(() -> Bundle.open(directory))
          .isInstanceOf(InvalidBundleException.class)
          .hasMessageStartingWith(
              "bundle " + directory + ": " + file + " was changed: its digest is sha256:")
          .hasMessageContaining(", the manifest says sha256:");
      bytes[bytes.length / 2] ^= 1;
      Files.write(path, bytes);
    }
    assertThat(Bundle.open(directory).spec()).isEqualTo(BundleParts.SPEC);
  }

  @Test
  void anyChangedByteOfTheManifestIsRefusedOrChangesTheDigest() throws Exception {
    String digest = write().digest();
    Path manifest = directory.resolve("manifest.json");
    byte[] bytes = Files.readAllBytes(manifest);
    for (int i = 0; i < bytes.length; i += bytes.length / 100 + 1) {
      byte[] changed = bytes.clone();
      changed[i] ^= 1;
      Files.write(manifest, changed);
      try {
        assertThat(Bundle.open(directory).digest()).isNotEqualTo(digest);
      } catch (InvalidBundleException e) {
        assertThat(e.getMessage()).startsWith("bundle ").doesNotContainPattern("\\R");
      }
    }
  }

  @Test
  void aMissingFileIsNamed() throws Exception {
    write();
    for (String file : parts.files.keySet()) {
      Path aside = parent.resolve("aside");
      Files.move(directory.resolve(file), aside);
      assertThatThrownBy(() -> Bundle.open(directory))
          .isInstanceOf(InvalidBundleException.class)
          .hasMessage("bundle " + directory + ": " + file + " is missing");
      Files.move(aside, directory.resolve(file));
    }
  }

  @Test
  void aDirectoryWithoutAManifestIsNoBundle() {
    assertThatThrownBy(() -> Bundle.open(parent.resolve("nowhere")))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessage(
            "bundle "
                + parent.resolve("nowhere")
                + ": there is no manifest.json; is this the directory that 'braid train' wrote?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../secret", "/etc/hostname", "a/../../secret", ".", "", "a\u0000b"})
  void aFileThatLeadsOutOfTheBundleIsNeitherReadNorWritten(String file) throws Exception {
    Files.writeString(parent.resolve("secret"), "secret");
    write();
    Path manifest = directory.resolve("manifest.json");
    String json = Files.readString(manifest);
    Files.writeString(
        manifest,
        json.replace(
            "\"fusion.onnx\" :",
            "\"" + file.replace("\u0000", "\\u0000") + "\" : \"x\", \"fusion.onnx\" :"));
    assertThatThrownBy(() -> Bundle.open(directory))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageMatching(
            "bundle \\S+: ('a b' is no path|"
                + file.replace('\u0000', ' ')
                + " leads out of the bundle)");
    parts.put(file, "x");
    assertThatThrownBy(() -> Bundle.write(parent.resolve("other"), parts.manifest(), parts.files))
        .isInstanceOf(InvalidBundleException.class);
    assertThat(Files.readString(parent.resolve("secret"))).isEqualTo("secret");
    assertThat(Files.exists(parent.resolve("other/manifest.json"))).isFalse();
  }

  @Test
  void aBundleMayBeNamedByARelativePath() throws Exception {
    Path relative = Path.of("").toAbsolutePath().relativize(directory);
    write();
    assertThat(Bundle.open(relative).widths()).hasSize(2);
    assertThat(Bundle.open(directory.resolve("../plant/./")).widths()).hasSize(2);
  }

  @Test
  void aBundleThatIsThereIsReplacedWhole() throws Exception {
    parts.put("old/report.html", "old");
    String first = write().digest();
    parts = new BundleParts();
    parts.put("fusion.onnx", "better fusion");
    parts.put("report.html", "new");
    Bundle second = write();
    assertThat(second.digest()).isNotEqualTo(first);
    assertThat(Files.readString(directory.resolve("fusion.onnx"))).isEqualTo("better fusion");
    assertThat(listing()).contains("report.html").doesNotContain("old/report.html");
  }

  @Test
  void aBundleWhosePartsDoNotFitLeavesTheOldOneInPlace() throws Exception {
    String digest = write().digest();
    List<String> before = listing();
    parts.encoders.remove("order");
    assertThatThrownBy(this::write)
        .isInstanceOf(InvalidBundleException.class)
        .hasMessage("bundle " + directory + ": no encoder for 'order'");
    assertThat(Bundle.open(directory).digest()).isEqualTo(digest);
    assertThat(listing()).isEqualTo(before);
  }

  @Test
  void aBundleThatCannotBeWrittenLeavesTheOldOneInPlace() throws Exception {
    String digest = write().digest();
    List<String> before = listing();
    parts.put("fusion.onnx/below-a-file", "x");
    assertThatThrownBy(this::write).isInstanceOf(IOException.class);
    assertThat(Bundle.open(directory).digest()).isEqualTo(digest);
    assertThat(listing()).isEqualTo(before);
  }

  @Test
  void whatIsNotABundleIsNotOverwritten() throws Exception {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("thesis.txt"), "years of work");
    assertThatThrownBy(this::write)
        .isInstanceOf(IOException.class)
        .hasMessage(
            directory + " holds something that is not a bundle; name a new or empty directory");
    assertThat(listing()).containsExactly("thesis.txt");
    Path file = directory.resolve("thesis.txt");
    assertThatThrownBy(() -> Bundle.write(file, parts.manifest(), parts.files))
        .isInstanceOf(IOException.class)
        .hasMessage(file + " is a file; name a new or empty directory");
  }

  @Test
  void anEmptyDirectoryAndWhatAnInterruptedWriteLeftAreFilled() throws Exception {
    Files.createDirectories(directory.resolve(".incoming/encoders"));
    Files.writeString(directory.resolve(".incoming/encoders/log.onnx"), "half");
    Files.createDirectories(directory.resolve(Bundle.TRAINING));
    write();
    assertThat(listing()).doesNotContain(".incoming/encoders/log.onnx").contains("manifest.json");
  }

  @Test
  void aModelWithoutADigestIsRefused() {
    parts.files.remove("golden/log.json");
    assertThatThrownBy(this::write)
        .isInstanceOf(InvalidBundleException.class)
        .hasMessage("bundle " + directory + ": golden/log.json has no digest in the manifest");
  }

  @Test
  void aFeaturizerWithoutADigestIsRefused() throws Exception {
    write();
    Path manifest = directory.resolve("manifest.json");
    Files.writeString(
        manifest,
        Files.readString(manifest)
            .replaceAll("\"featurizers/log.json\" : \"sha256:[0-9a-f]+\",\\s*", ""));
    assertThatThrownBy(() -> Bundle.open(directory))
        .hasMessage("bundle " + directory + ": featurizers/log.json has no digest in the manifest");
  }

  @Test
  void anEncoderThatDoesNotFitItsFeaturizerIsRefused() {
    Manifest.Model log = parts.encoders.get("log");
    parts.encoders.put(
        "log",
        new Manifest.Model(
            log.file(), List.of(TensorSpec.floats("pixels", 3)), log.outputs(), log.golden()));
    assertThatThrownBy(this::write)
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageContaining("the inputs of encoders/log.onnx must be [TensorSpec[name=terms");
  }

  @Test
  void aFusionThatDoesNotFitItsEncodersIsRefused() {
    Manifest.Model log = parts.encoders.get("log");
    parts.encoders.put(
        "log",
        new Manifest.Model(
            log.file(), log.inputs(), List.of(TensorSpec.floats("embedding", 5)), log.golden()));
    assertThatThrownBy(this::write)
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageContaining("the inputs of fusion.onnx must be ");
  }

  @Test
  void anEncoderWithoutAModalityIsRefused() {
    parts.encoders.put("camera", parts.encoders.get("log"));
    assertThatThrownBy(this::write)
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageContaining("encoders of [log, order, camera], but modalities [log, order]");
  }

  @Test
  void aFeaturizerThatIsNoneIsNamed() {
    parts.put("featurizers/log.json", "{\"terms\":null,\"idf\":[]}");
    assertThatThrownBy(this::write)
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageStartingWith(
            "bundle " + directory + ": featurizers/log.json: not a featurizer's state: ");
  }

  @Test
  void goldenRowsThatChangedSinceTheBundleWasOpenedAreRefused() throws Exception {
    Bundle bundle = write();
    Files.writeString(directory.resolve("golden/log.json"), "[]", StandardCharsets.UTF_8);
    assertThatThrownBy(() -> bundle.golden(bundle.manifest().encoders().get("log")))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageStartingWith("bundle " + directory + ": golden/log.json was changed");
  }

  private Bundle write() throws IOException {
    return Bundle.write(directory, parts.manifest(), parts.files);
  }

  private List<String> listing() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> directory.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}
