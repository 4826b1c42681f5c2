package dev.braid.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ManifestTest {
  @Test
  void aManifestIsReadAsItWasWritten() throws Exception {
    Manifest manifest = new BundleParts().manifest();
    assertThat(Manifest.parse(manifest.toJson())).isEqualTo(manifest);
    assertThat(Manifest.parse(manifest.toJson()).toJson()).isEqualTo(manifest.toJson());
  }

  @Test
  void theStepsAfterTheTrainingAreLeftOutWhereThereAreNone() throws Exception {
    Manifest manifest = new BundleParts().manifest();
    assertThat(manifest.toJson()).doesNotContain("steps");
    assertThat(Manifest.parse(manifest.toJson()).provenance().steps()).isEmpty();
    String compressed =
        manifest.toJson().replace("\"seed\"", "\"steps\" : [ \"int8\" ],\n    \"seed\"");
    assertThat(Manifest.parse(compressed).provenance().steps()).containsExactly("int8");
    assertThat(Manifest.parse(compressed).toJson()).contains("\"steps\" : [ \"int8\" ]");
  }

  @Test
  void theOrderOfTheEncodersIsKept() throws Exception {
    Manifest manifest = Manifest.parse(new BundleParts().manifest().toJson());
    assertThat(manifest.encoders().keySet()).containsExactly("log", "order");
    assertThat(manifest.spec().modalities().keySet()).containsExactly("log", "order");
  }

  @Test
  void anotherFormatIsNamedWhateverElseItHolds() throws Exception {
    String json = new BundleParts().manifest().toJson();
    assertThatThrownBy(
            () ->
                Manifest.parse(
                    json.replace("\"formatVersion\" : 1", "\"formatVersion\" : 2, \"new\" : 1")))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessage("manifest.json has format 2, this Braid reads 1");
    assertThatThrownBy(() -> Manifest.parse("{}"))
        .hasMessage("manifest.json has format none, this Braid reads 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"name", "fusion", "files", "provenance", "spec", "encoders", "metrics"})
  void aMissingPartIsNamed(String key) throws Exception {
    String json = new BundleParts().manifest().toJson();
    assertThatThrownBy(
            () ->
                Manifest.parse(
                    json.replaceFirst(
                        "\"" + key + "\" :", "\"" + key + "\" : null, \"" + key + "2\" :")))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageStartingWith("manifest.json cannot be read: ");
    assertThatThrownBy(
            () -> Manifest.parse(json.replaceFirst("\"" + key + "\" :", "\"_" + key + "\" :")))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageStartingWith("manifest.json cannot be read: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "null", "[]", "{", "1", "{\"formatVersion\":1}", "{\"formatVersion\":1} {}"})
  void whatIsNoManifestIsRefusedOnOneLine(String json) {
    assertThatThrownBy(() -> Manifest.parse(json))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageStartingWith("manifest.json ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void aKeyGivenTwiceIsRefused() throws Exception {
    String json = new BundleParts().manifest().toJson();
    assertThatThrownBy(
            () -> Manifest.parse(json.replaceFirst("\"name\" :", "\"name\" : \"a\", \"name\" :")))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessage("manifest.json cannot be read: Duplicate field 'name'");
  }

  @Test
  void anInvalidSpecInsideIsExplained() throws Exception {
    String json = new BundleParts().manifest().toJson();
    assertThatThrownBy(() -> Manifest.parse(json.replace("\"10s\"", "\"1s\"")))
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageContaining("window.period must be at most window.size (1s), but was: 5s");
  }
}
