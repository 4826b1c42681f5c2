package dev.braid.bundle;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import dev.braid.tensor.TensorSpec;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a bundle is: {@code manifest.json}. All paths are relative to the bundle and use {@code /}.
 *
 * @param formatVersion {@value #FORMAT_VERSION}
 * @param encoders by modality, in the order of the spec; each has one output {@code [batch, D]}
 * @param featurizers the file of each modality's fitted state
 * @param anomalyThreshold an anomaly score above it is an anomaly
 * @param precision {@code fp32}, {@code fp16} or {@code int8}
 * @param files the SHA-256 of every other file of the bundle
 */
public record Manifest(
    int formatVersion,
    String name,
    Spec spec,
    Map<String, Model> encoders,
    Model fusion,
    Map<String, String> featurizers,
    double anomalyThreshold,
    String precision,
    Provenance provenance,
    Map<String, String> files) {
  /** The version of the layout that this code writes and reads. */
  public static final int FORMAT_VERSION = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(SpecYaml.durations())
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  public Manifest {
    encoders = ordered(encoders);
    featurizers = ordered(featurizers);
    files = Collections.unmodifiableMap(new TreeMap<>(files));
  }

  /**
   * One ONNX model.
   *
   * @param golden the file of rows that a load must reproduce
   */
  public record Model(
      String file, List<TensorSpec> inputs, List<TensorSpec> outputs, String golden) {
    public Model {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * Where a bundle comes from.
   *
   * @param dataDigest the digest of the training data set
   * @param commit the source revision that trained it, or {@code unknown}
   * @param variant the fusion's variant, {@code full} unless asked otherwise
   * @param metrics on scenes that were not trained on, by name
   * @param steps what was done to it after the training, in this order; left out where it is empty
   */
  public record Provenance(
      String dataDigest,
      long seed,
      String commit,
      String variant,
      Map<String, Double> metrics,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
          List<String> steps) {
    public Provenance {
      // Sorted: the order of a map must not change the digest of a bundle.
      metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
      steps = List.copyOf(steps);
    }

    /** Of a bundle that nothing was done to after its training. */
    public Provenance(
        String dataDigest, long seed, String commit, String variant, Map<String, Double> metrics) {
      this(dataDigest, seed, commit, variant, metrics, List.of());
    }
  }

  /** This manifest with the digests of other files. */
  Manifest withFiles(Map<String, String> digests) {
    return new Manifest(
        formatVersion,
        name,
        spec,
        encoders,
        fusion,
        featurizers,
        anomalyThreshold,
        precision,
        provenance,
        digests);
  }

  /** This manifest as JSON. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a manifest.
   *
   * @throws InvalidBundleException if it is not one of this format
   */
  public static Manifest parse(String json) {
    try {
      JsonNode tree = JSON.readTree(json);
      // Another format may differ in anything else.
      JsonNode version = tree.path("formatVersion");
      if (!version.isInt() || version.intValue() != FORMAT_VERSION) {
        throw new InvalidBundleException(
            "manifest.json has format %s, this Braid reads %d"
                .formatted(version.isMissingNode() ? "none" : version, FORMAT_VERSION));
      }
      return JSON.treeToValue(tree, Manifest.class);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      String message =
          e instanceof JsonProcessingException j ? j.getOriginalMessage() : e.getMessage();
      throw new InvalidBundleException(
          "manifest.json cannot be read: " + String.valueOf(message).lines().findFirst().orElse(""),
          e);
    }
  }

  private static <T> Map<String, T> ordered(Map<String, T> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
