package dev.braid.bundle;

import dev.braid.featurizer.Featurizer;
import dev.braid.featurizer.Featurizers;
import dev.braid.scene.FusionOutputs;
import dev.braid.scene.SceneTensors;
import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A bundle on a local or mounted file system whose every byte was checked against its digests.
 * Immutable; safe for several threads.
 */
public final class Bundle {
  private static final String MANIFEST = "manifest.json";

  private final Path directory;
  private final Manifest manifest;
  private final String digest;
  private final Map<String, Featurizer> featurizers;

  private Bundle(
      Path directory, Manifest manifest, String digest, Map<String, Featurizer> featurizers) {
    this.directory = directory;
    this.manifest = manifest;
    this.digest = digest;
    this.featurizers = featurizers;
  }

  /**
   * Opens and checks a bundle.
   *
   * @throws InvalidBundleException if there is none, a file is missing or differs from its digest,
   *     or the parts do not fit together
   */
  public static Bundle open(Path directory) {
    try {
      byte[] json = read(directory, MANIFEST);
      Manifest manifest = Manifest.parse(new String(json, StandardCharsets.UTF_8));
      for (Map.Entry<String, String> file : manifest.files().entrySet()) {
        String found = Digests.of(read(directory, file.getKey()));
        if (!found.equals(file.getValue())) {
          throw new InvalidBundleException(
              "%s was changed: its digest is %s, the manifest says %s"
                  .formatted(file.getKey(), brief(found), brief(file.getValue())));
        }
      }
      Map<String, Featurizer> featurizers = featurizers(directory, manifest);
      checkParts(manifest, featurizers);
      return new Bundle(directory, manifest, Digests.of(json), featurizers);
    } catch (InvalidBundleException e) {
      throw new InvalidBundleException("bundle " + directory + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new InvalidBundleException("bundle " + directory + " cannot be read: " + e, e);
    }
  }

  /**
   * Writes a bundle whole or not at all; one that is there already is replaced.
   *
   * @param manifest its {@code files} are filled in here
   * @param files the bytes of every file but the manifest
   * @throws IOException if the directory holds something other than a bundle, or cannot be written
   */
  public static Bundle write(Path directory, Manifest manifest, Map<String, byte[]> files)
      throws IOException {
    if (Files.exists(directory)
        && !Files.exists(directory.resolve(MANIFEST))
        && !isEmptyDirectory(directory)) {
      throw new IOException(
          directory + " holds something that is not a bundle; name a new or empty directory");
    }
    Map<String, String> digests = new TreeMap<>();
    files.forEach((name, bytes) -> digests.put(name, Digests.of(bytes)));
    Manifest complete =
        new Manifest(
            manifest.formatVersion(),
            manifest.name(),
            manifest.spec(),
            manifest.encoders(),
            manifest.fusion(),
            manifest.featurizers(),
            manifest.anomalyThreshold(),
            manifest.precision(),
            manifest.provenance(),
            digests);
    // A reader never sees a part: the manifest, without which there is no bundle, goes last.
    Files.createDirectories(directory);
    Files.deleteIfExists(directory.resolve(MANIFEST));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path target = directory.resolve(file.getKey());
      Files.createDirectories(parent(target));
      Files.write(target, file.getValue());
    }
    Files.writeString(directory.resolve(MANIFEST), complete.toJson());
    return open(directory);
  }

  public Manifest manifest() {
    return manifest;
  }

  public Spec spec() {
    return manifest.spec();
  }

  /** The digest of the manifest, and so of every file that it names. */
  public String digest() {
    return digest;
  }

  /** Where a file of the manifest lies. */
  public Path path(String file) {
    return directory.resolve(file);
  }

  /** The fitted featurizers by modality. */
  public Map<String, Featurizer> featurizers() {
    return featurizers;
  }

  /** The golden rows of a model of the manifest. */
  public GoldenRows golden(Manifest.Model model) {
    try {
      return GoldenRows.parse(Files.readString(path(model.golden())));
    } catch (IOException e) {
      throw new InvalidBundleException(
          "bundle " + directory + ": " + model.golden() + " cannot be read", e);
    }
  }

  /** The width of each modality's embedding. */
  public Map<String, Integer> widths() {
    Map<String, Integer> widths = new LinkedHashMap<>();
    manifest.encoders().forEach((name, model) -> widths.put(name, width(model)));
    return widths;
  }

  private static int width(Manifest.Model encoder) {
    return encoder.outputs().get(0).stride();
  }

  private static Map<String, Featurizer> featurizers(Path directory, Manifest manifest)
      throws IOException {
    Map<String, Featurizer> featurizers = new LinkedHashMap<>();
    for (Map.Entry<String, ModalitySpec> modality : manifest.spec().modalities().entrySet()) {
      String file = manifest.featurizers().get(modality.getKey());
      if (file == null) {
        throw new InvalidBundleException("no featurizer for '" + modality.getKey() + "'");
      }
      try {
        featurizers.put(
            modality.getKey(),
            Featurizers.restore(
                modality.getValue(), new String(read(directory, file), StandardCharsets.UTF_8)));
      } catch (IllegalArgumentException e) {
        throw new InvalidBundleException(file + ": " + e.getMessage(), e);
      }
    }
    return Collections.unmodifiableMap(featurizers);
  }

  private static void checkParts(Manifest manifest, Map<String, Featurizer> featurizers) {
    Map<String, Integer> widths = new LinkedHashMap<>();
    for (Map.Entry<String, Featurizer> entry : featurizers.entrySet()) {
      Manifest.Model encoder = manifest.encoders().get(entry.getKey());
      if (encoder == null) {
        throw new InvalidBundleException("no encoder for '" + entry.getKey() + "'");
      }
      require("the inputs of " + encoder.file(), entry.getValue().inputs(), encoder.inputs());
      if (encoder.outputs().size() != 1 || encoder.outputs().get(0).shape().size() != 2) {
        throw new InvalidBundleException(encoder.file() + " must have one output [batch, D]");
      }
      widths.put(entry.getKey(), width(encoder));
    }
    Manifest.Model fusion = manifest.fusion();
    require(
        "the inputs of " + fusion.file(),
        new SceneTensors(manifest.spec(), widths).inputs(),
        fusion.inputs());
    require(
        "the outputs of " + fusion.file(),
        new FusionOutputs(manifest.spec()).outputs(),
        fusion.outputs());
    manifest.encoders().values().forEach(model -> listed(manifest, model));
    listed(manifest, fusion);
  }

  private static void listed(Manifest manifest, Manifest.Model model) {
    for (String file : List.of(model.file(), model.golden())) {
      if (!manifest.files().containsKey(file)) {
        throw new InvalidBundleException(file + " has no digest in the manifest");
      }
    }
  }

  private static void require(String what, Object expected, Object found) {
    if (!expected.equals(found)) {
      throw new InvalidBundleException(
          "%s must be %s, but were: %s".formatted(what, expected, found));
    }
  }

  private static byte[] read(Path directory, String file) throws IOException {
    Path path = directory.resolve(file).normalize();
    if (!path.startsWith(directory.normalize())) {
      throw new InvalidBundleException(file + " leads out of the bundle");
    }
    if (!Files.isRegularFile(path)) {
      throw new InvalidBundleException(
          file.equals(MANIFEST)
              ? "there is no manifest.json; is this the directory that 'braid train' wrote?"
              : file + " is missing");
    }
    return Files.readAllBytes(path);
  }

  private static String brief(String digest) {
    return digest.substring(0, Math.min(digest.length(), 19));
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(path + " has no parent");
    }
    return parent;
  }

  private static boolean isEmptyDirectory(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.findAny().isEmpty();
    }
  }
}
