package dev.braid.serving;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.GoldenRows;
import dev.braid.bundle.Manifest;
import dev.braid.featurizer.Featurizer;
import dev.braid.featurizer.Featurizers;
import dev.braid.scene.FusionOutputs;
import dev.braid.scene.SceneTensors;
import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A valid bundle of tiny models with weights that depend on nothing but a seed: a sensor, a text, a
 * record and an image modality, a classification and a regression task. {@link TinyModels} computes
 * the same outputs in plain Java. Immutable; safe for several threads.
 */
public final class TinyBundle {
  /** What the bundle answers to. */
  public static final String SPEC_YAML =
      """
      name: tiny
      entity: {description: machine}
      window: {size: 10s, period: 5s, allowedLateness: 10s}
      modalities:
        vibration: {kind: sensor, channels: 2, rateHz: 10, frame: 1s}
        log:       {kind: text, language: en}
        order:     {kind: record, numeric: [age_days], categorical: [vendor]}
        camera:    {kind: image, height: 8, width: 8, channels: 1, maxTokens: 4}
      tasks:
        state:  {kind: classification, labels: [calm, busy, broken]}
        health: {kind: regression}
      """;

  /** The state of every featurizer, by modality. */
  private static final Map<String, String> FEATURIZERS =
      Map.of(
          "vibration", "{\"mean\":[0.0,0.1],\"deviation\":[0.5,0.25]}",
          "log",
              "{\"terms\":[\"nois\",\"leak\",\"hot\",\"pump\",\"quiet\"],"
                  + "\"idf\":[1.0,2.0,1.5,1.25,1.0]}",
          "order",
              "{\"mean\":[10.0],\"deviation\":[4.0],\"categories\":{\"vendor\":[\"A\",\"B\"]}}",
          "camera", "{}");

  /** The same as fitted on other data, with other terms, and one vendor more. */
  private static final Map<String, String> REFITTED =
      Map.of(
          "vibration",
          "{\"mean\":[0.3,-0.2],\"deviation\":[0.75,0.5]}",
          "log",
          "{\"terms\":[\"pump\",\"fan\",\"nois\",\"hot\",\"quiet\"],"
              + "\"idf\":[1.75,1.0,1.25,2.0,1.0]}",
          "order",
          "{\"mean\":[14.0],\"deviation\":[6.0],"
              + "\"categories\":{\"vendor\":[\"B\",\"C\",\"A\"]}}",
          "camera",
          "{}");

  /** The width of every modality's embedding: all different, so that a mix-up is seen. */
  static final Map<String, Integer> WIDTHS =
      Map.of("vibration", 3, "log", 2, "order", 5, "camera", 4);

  private final Spec spec = SpecYaml.parse(SPEC_YAML);
  private final TinyModels models;
  private final long seed;
  private final Map<String, String> states;

  private TinyBundle(long seed, Map<String, String> states) {
    this.seed = seed;
    this.states = states;
    this.models = new TinyModels(spec, WIDTHS, seed);
  }

  /** The tiny bundle with the weights of that seed. */
  public static TinyBundle ofSeed(long seed) {
    return new TinyBundle(seed, FEATURIZERS);
  }

  /** The same with featurizers that were fitted on other data, as every training fits them. */
  public static TinyBundle refittedOfSeed(long seed) {
    return new TinyBundle(seed, REFITTED);
  }

  /** Writes the bundle of seed 1 to a new directory and opens it. */
  public static Bundle write(Path directory) {
    TinyBundle tiny = ofSeed(1);
    return tiny.write(directory, tiny.manifest("sha256:unknown"), tiny.files());
  }

  /**
   * Writes the bundle of seed 1 with the same camera encoder as a user may bring it: channels last,
   * and an input of another name.
   */
  public static Bundle writeWithOwnCamera(Path directory) {
    TinyBundle tiny = ofSeed(1);
    List<TensorSpec> inputs = List.of(TensorSpec.floats("image", 8, 8, 1));
    Map<String, byte[]> files = new TreeMap<>(tiny.files());
    files.put("encoders/camera.onnx", tiny.models.encoder("camera", inputs, embedding("camera")));
    Manifest plain = tiny.manifest("sha256:unknown");
    Map<String, ModalitySpec> modalities = new LinkedHashMap<>(plain.spec().modalities());
    modalities.computeIfPresent("camera", (name, camera) -> camera.withEncoder("eyes/camera.onnx"));
    Map<String, Manifest.Model> encoders = new LinkedHashMap<>(plain.encoders());
    encoders.computeIfPresent(
        "camera",
        (name, camera) ->
            new Manifest.Model(camera.file(), inputs, camera.outputs(), camera.golden()));
    return tiny.write(
        directory,
        new Manifest(
            plain.formatVersion(),
            plain.name(),
            new Spec(
                plain.spec().name(),
                plain.spec().entity(),
                plain.spec().window(),
                modalities,
                plain.spec().tasks(),
                plain.spec().anomaly()),
            encoders,
            plain.fusion(),
            plain.featurizers(),
            plain.anomalyThreshold(),
            plain.precision(),
            plain.provenance(),
            Map.of()),
        files);
  }

  /** Writes a bundle, perhaps of files that were changed. */
  public Bundle write(Path directory, Manifest manifest, Map<String, byte[]> files) {
    try {
      return Bundle.write(directory, manifest, files);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Spec spec() {
    return spec;
  }

  /** The same models in plain Java. */
  public TinyModels models() {
    return models;
  }

  /** The featurizers by modality, as the bundle restores them. */
  public Map<String, Featurizer> featurizers() {
    Map<String, Featurizer> featurizers = new LinkedHashMap<>();
    spec.modalities()
        .forEach(
            (name, modality) ->
                featurizers.put(name, Featurizers.restore(modality, states.get(name))));
    return featurizers;
  }

  /** The manifest, but for the digests of the files. */
  public Manifest manifest(String dataDigest) {
    Map<String, Manifest.Model> encoders = new LinkedHashMap<>();
    Map<String, String> files = new LinkedHashMap<>();
    featurizers()
        .forEach(
            (name, featurizer) -> {
              encoders.put(
                  name,
                  new Manifest.Model(
                      "encoders/" + name + ".onnx",
                      featurizer.inputs(),
                      List.of(embedding(name)),
                      "golden/" + name + ".json"));
              files.put(name, "featurizers/" + name + ".json");
            });
    return new Manifest(
        Manifest.FORMAT_VERSION,
        "tiny",
        spec,
        encoders,
        new Manifest.Model(
            "fusion.onnx",
            new SceneTensors(spec, WIDTHS).inputs(),
            new FusionOutputs(spec).outputs(),
            "golden/fusion.json"),
        files,
        0.5,
        "fp32",
        new Manifest.Provenance(dataDigest, seed, "unknown", "full", Map.of("state", 0.5)),
        Map.of());
  }

  /** Every file but the manifest. */
  public Map<String, byte[]> files() {
    Map<String, byte[]> files = new TreeMap<>();
    featurizers()
        .forEach(
            (name, featurizer) -> {
              put(files, "featurizers/" + name + ".json", states.get(name));
              files.put(
                  "encoders/" + name + ".onnx",
                  models.encoder(name, featurizer.inputs(), embedding(name)));
              List<TensorRow> rows = rows(featurizer.inputs(), 3);
              List<float[][]> outputs = new ArrayList<>();
              rows.forEach(row -> outputs.add(new float[][] {models.encode(name, row)}));
              put(files, "golden/" + name + ".json", new GoldenRows(rows, outputs).toJson());
            });
    files.put("fusion.onnx", models.fusion());
    List<TensorRow> rows = rows(new SceneTensors(spec, WIDTHS).inputs(), 3);
    put(
        files,
        "golden/fusion.json",
        new GoldenRows(rows, rows.stream().map(models::fuse).toList()).toJson());
    return files;
  }

  /** Rows that fit these inputs; where lengths vary, row {@code i} is {@code i + 1} long. */
  public static List<TensorRow> rows(List<TensorSpec> inputs, int count) {
    List<TensorRow> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Object> columns = new ArrayList<>();
      for (TensorSpec input : inputs) {
        int elements = input.stride() * (input.isVariable() ? i % 7 + 1 : 1);
        if (input.type() == TensorSpec.Type.INT64) {
          long[] ids = new long[elements];
          for (int e = 0; e < elements; e++) {
            ids[e] = (i + 3L * e) % TinyModels.VOCABULARY;
          }
          columns.add(ids);
        } else {
          float[] values = new float[elements];
          for (int e = 0; e < elements; e++) {
            values[e] =
                input.name().endsWith(".mask")
                    ? (e == 0 ? 1f : e % 2)
                    : (float) Math.sin(0.7 * i + 1.3 * e + input.name().length());
          }
          columns.add(values);
        }
      }
      rows.add(TensorRow.of(columns.toArray()));
    }
    return rows;
  }

  private static TensorSpec embedding(String modality) {
    return TensorSpec.floats("embedding", WIDTHS.get(modality));
  }

  private static void put(Map<String, byte[]> files, String name, String text) {
    files.put(name, text.getBytes(StandardCharsets.UTF_8));
  }
}
