package dev.braid.it.scenarios;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.GoldenRows;
import dev.braid.bundle.Manifest;
import dev.braid.observation.Blobs;
import dev.braid.pipelines.analysis.Oracle;
import dev.braid.serving.TinyBundle;
import dev.braid.spec.SpecYaml;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/** A version of the tiny bundle, as whoever trains it anew may bring it. */
enum Version {
  /** What a run is launched with. */
  LAUNCHED(1, ""),

  NEWER_FUSION(2, ""),

  NEWEST_FUSION(3, ""),

  /** As every training makes one anew: other featurizers, encoders and fusion. */
  OTHER_ENCODERS(7, "") {
    @Override
    TinyBundle encoders() {
      return TinyBundle.refittedOfSeed(7);
    }
  },

  /** Other bytes than its manifest says. */
  DAMAGED(4, "fusion.onnx was changed"),

  /** It answers other windows. */
  OF_ANOTHER_SPEC(5, "its window must be "),

  /** Its models do not give what they gave where they were made. */
  NOT_REPRODUCED(6, "fusion.onnx does not reproduce golden row 1");

  private static final String FUSION = "fusion.onnx";
  private static final String GOLDEN = "golden/fusion.json";

  private final TinyBundle fusion;
  private final String refusal;

  /**
   * @param fusion the seed of its fusion
   * @param refusal part of the line that refuses it; empty if nothing does
   */
  Version(long fusion, String refusal) {
    this.fusion = TinyBundle.ofSeed(fusion);
    this.refusal = refusal;
  }

  /** Whose encoders and featurizers it has. */
  TinyBundle encoders() {
    return TinyBundle.ofSeed(1);
  }

  String refusal() {
    return refusal;
  }

  /** What answers as it does. */
  Oracle oracle(Setting setting, Map<String, Integer> widths) {
    return new Oracle(encoders(), fusion, setting.spec(), widths, Blobs.none());
  }

  /** Writes it to a new directory and returns its digest. */
  String write(Path directory) throws IOException {
    TinyBundle encoders = encoders();
    Map<String, byte[]> files = new TreeMap<>(encoders.files());
    files.putAll(Map.of(FUSION, fusion.files().get(FUSION), GOLDEN, fusion.files().get(GOLDEN)));
    Manifest manifest = encoders.manifest("sha256:unknown");
    if (this == OF_ANOTHER_SPEC) {
      manifest = ofAnotherSpec(manifest);
    } else if (this == NOT_REPRODUCED) {
      GoldenRows golden = GoldenRows.parse(new String(files.get(GOLDEN), StandardCharsets.UTF_8));
      golden.outputs().get(1)[1][0] += 0.01f;
      files.put(GOLDEN, golden.toJson().getBytes(StandardCharsets.UTF_8));
    }
    Bundle bundle = encoders.write(directory, manifest, files);
    if (this == DAMAGED) {
      Files.write(directory.resolve(FUSION), new byte[] {1}, StandardOpenOption.APPEND);
    }
    return bundle.digest();
  }

  private static Manifest ofAnotherSpec(Manifest plain) {
    return new Manifest(
        plain.formatVersion(),
        plain.name(),
        SpecYaml.parse(TinyBundle.SPEC_YAML.replace("period: 5s", "period: 2s")),
        plain.encoders(),
        plain.fusion(),
        plain.featurizers(),
        plain.anomalyThreshold(),
        plain.precision(),
        plain.provenance(),
        Map.of());
  }
}
