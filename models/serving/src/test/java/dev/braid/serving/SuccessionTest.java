package dev.braid.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.Manifest;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import dev.braid.tensor.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SuccessionTest {
  @TempDir Path directory;
  private Manifest running;
  private Manifest retrained;

  @BeforeEach
  void writeBoth() {
    running = written("running", TinyBundle.ofSeed(1));
    retrained = written("retrained", TinyBundle.refittedOfSeed(2));
  }

  private Manifest written(String name, TinyBundle tiny) {
    Bundle bundle =
        tiny.write(directory.resolve(name), tiny.manifest("sha256:unknown"), tiny.files());
    return bundle.manifest();
  }

  private static Manifest with(
      Manifest manifest,
      String name,
      Spec spec,
      Map<String, Manifest.Model> encoders,
      Manifest.Model fusion) {
    return new Manifest(
        manifest.formatVersion(),
        name,
        spec,
        encoders,
        fusion,
        manifest.featurizers(),
        manifest.anomalyThreshold(),
        manifest.precision(),
        manifest.provenance(),
        manifest.files());
  }

  @Test
  void aRetrainedBundleMaySucceedWhereWindowsHaveALength() {
    assertThat(Succession.refusal(running, retrained, true)).isEmpty();
  }

  @Test
  void whereWindowsHaveNoLengthOnlyTheFusionMayBeAnother() {
    assertThat(Succession.refusal(running, retrained, false))
        .contains(
            "its encoder of 'vibration' is not the one that runs, whose embeddings windows by count"
                + " and sessions hold for no known time; start a new run for it");
    assertThat(Succession.refusal(running, running, false)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anotherNameIsRefused(boolean otherEncoders) {
    Manifest next = with(running, "other", running.spec(), running.encoders(), running.fusion());

    assertThat(Succession.refusal(running, next, otherEncoders))
        .contains(
            "its name must be tiny, as of the one that runs, but is: other; start a new run for it");
  }

  @Test
  void anotherSpecIsRefused() {
    for (String part : List.of("period: 5s", "labels: [calm, busy,", "rateHz: 10", "machine")) {
      Spec spec =
          SpecYaml.parse(
              TinyBundle.SPEC_YAML.replace(
                  part,
                  part.replace("5s", "2s")
                      .replace("calm", "lost")
                      .replace("10", "20")
                      .replace("machine", "pump")));
      Manifest next = with(retrained, "tiny", spec, retrained.encoders(), retrained.fusion());

      assertThat(Succession.refusal(running, next, true).orElse(""))
          .as(part)
          .startsWith("its ")
          .endsWith("; start a new run for it");
    }
  }

  @Test
  void embeddingsOfAnotherWidthAreRefused() {
    Map<String, Manifest.Model> encoders = new LinkedHashMap<>(retrained.encoders());
    encoders.computeIfPresent(
        "order",
        (name, encoder) ->
            new Manifest.Model(
                encoder.file(),
                encoder.inputs(),
                List.of(TensorSpec.floats("embedding", 9)),
                encoder.golden()));
    Manifest next = with(retrained, "tiny", running.spec(), encoders, retrained.fusion());

    assertThat(Succession.refusal(running, next, true))
        .contains(
            "its encoder of 'order' has other outputs than the one that runs; start a new run for"
                + " it");
  }

  @Test
  void aFusionOfOtherTensorsIsRefused() {
    List<TensorSpec> outputs = new ArrayList<>(retrained.fusion().outputs());
    outputs.remove(0);
    Manifest.Model fusion =
        new Manifest.Model(
            retrained.fusion().file(),
            retrained.fusion().inputs(),
            outputs,
            retrained.fusion().golden());
    Manifest next = with(retrained, "tiny", running.spec(), retrained.encoders(), fusion);

    assertThat(Succession.refusal(running, next, true))
        .contains("its fusion has other tensors than the one that runs; start a new run for it");
  }
}
