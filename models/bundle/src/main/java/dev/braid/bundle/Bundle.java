package dev.braid.bundle;

import dev.braid.featurizer.EncoderInputs;
import dev.braid.featurizer.Featurizer;
import dev.braid.featurizer.Featurizers;
import dev.braid.scene.FusionOutputs;
import dev.braid.scene.SceneTensors;
import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import dev.braid.tensor.TensorSignature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A bundle on a local or mounted file system whose every byte was checked against its digests.
 * Immutable; safe for several threads.
 */
public final class Bundle {
  /**
   * Where, below the directory of a bundle, a training keeps what it needs until the bundle is
   * written.
   */
  public static final String TRAINING = ".training";

  private static final String MANIFEST = "manifest.json";

  /** Where a bundle is put together before it takes the place of an older one. */
  private static final String STAGING = ".incoming";

  /** What a bundle that is not there yet may have left behind. */
  private static final Set<String> OURS = Set.of(TRAINING, STAGING);

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
      return load(directory);
    } catch (InvalidBundleException e) {
      throw new InvalidBundleException("bundle " + directory + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new InvalidBundleException("bundle " + directory + " cannot be read: " + e, e);
    }
  }

  private static Bundle load(Path directory) throws IOException {
    byte[] json = Files.readAllBytes(file(directory, MANIFEST));
    Manifest manifest = Manifest.parse(new String(json, StandardCharsets.UTF_8));
    for (Map.Entry<String, String> file : manifest.files().entrySet()) {
      check(file.getKey(), Digests.of(file(directory, file.getKey())), file.getValue());
    }
    Map<String, Featurizer> featurizers = featurizers(directory, manifest);
    checkParts(manifest, featurizers);
    return new Bundle(directory, manifest, Digests.of(json), featurizers);
  }

  /**
   * Writes a bundle whole or not at all; one that is there already is replaced, its files that the
   * new one does not have are deleted, and it stays as it is if the new one cannot be written.
   *
   * @param manifest its {@code files} are filled in here
   * @param files the bytes of every file but the manifest
   * @throws IOException if the directory holds something other than a bundle, or cannot be written
   * @throws InvalidBundleException if the parts do not fit together
   */
  public static Bundle write(Path directory, Manifest manifest, Map<String, byte[]> files)
      throws IOException {
    Path staging = directory.resolve(STAGING);
    refuseForeign(directory);
    Map<String, String> digests = new TreeMap<>();
    files.forEach((name, bytes) -> digests.put(name, Digests.of(bytes)));
    try {
      delete(staging);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Path target = inside(staging, file.getKey());
        Files.createDirectories(parent(target));
        Files.write(target, file.getValue());
      }
      Files.createDirectories(staging);
      Files.writeString(staging.resolve(MANIFEST), manifest.withFiles(digests).toJson());
      load(staging);
      replace(directory, staging, digests.keySet());
    } catch (InvalidBundleException e) {
      throw new InvalidBundleException("bundle " + directory + ": " + e.getMessage(), e);
    } finally {
      delete(staging);
    }
    return open(directory);
  }

  /**
   * Refuses a directory that a bundle must not be written to. Whoever works long for a bundle asks
   * before, not after.
   *
   * @throws IOException if it is a file, or a directory that holds something other than a bundle
   */
  public static void refuseForeign(Path directory) throws IOException {
    if (Files.isRegularFile(directory)) {
      throw new IOException(directory + " is a file; name a new or empty directory");
    }
    if (Files.isDirectory(directory) && !Files.exists(directory.resolve(MANIFEST))) {
      try (Stream<Path> files = Files.list(directory)) {
        if (files.anyMatch(file -> !OURS.contains(String.valueOf(file.getFileName())))) {
          throw new IOException(
              directory + " holds something that is not a bundle; name a new or empty directory");
        }
      }
    }
  }

  /** Puts the staged files into the place of those of an older bundle. */
  private static void replace(Path directory, Path staging, Set<String> files) throws IOException {
    Set<String> old = filesOf(directory);
    // A reader never sees a part: without a manifest there is no bundle, so it goes first and comes
    // last.
    Files.deleteIfExists(directory.resolve(MANIFEST));
    for (String file : old) {
      if (!files.contains(file)) {
        Files.deleteIfExists(inside(directory, file));
      }
    }
    for (String file : files) {
      Path target = inside(directory, file);
      Files.createDirectories(parent(target));
      Files.move(staging.resolve(file), target, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(staging.resolve(MANIFEST), directory.resolve(MANIFEST));
  }

  private static Set<String> filesOf(Path directory) throws IOException {
    Path manifest = directory.resolve(MANIFEST);
    try {
      return Files.exists(manifest)
          ? Manifest.parse(Files.readString(manifest)).files().keySet()
          : Set.of();
    } catch (InvalidBundleException e) {
      return Set.of(); // Of another version: what it consisted of is not known.
    }
  }

  private static void delete(Path tree) throws IOException {
    if (Files.exists(tree)) {
      try (Stream<Path> files = Files.walk(tree)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
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

  /** The fitted featurizers by modality; their rows are those of the encoders. */
  public Map<String, Featurizer> featurizers() {
    return featurizers;
  }

  /**
   * The golden rows of a model of the manifest.
   *
   * @throws InvalidBundleException if they cannot be read or were changed since the bundle was
   *     opened
   */
  public GoldenRows golden(Manifest.Model model) {
    try {
      byte[] json = Files.readAllBytes(file(directory, model.golden()));
      check(model.golden(), Digests.of(json), manifest.files().get(model.golden()));
      return GoldenRows.parse(new String(json, StandardCharsets.UTF_8));
    } catch (InvalidBundleException e) {
      throw new InvalidBundleException("bundle " + directory + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new InvalidBundleException(
          "bundle " + directory + ": " + model.golden() + " cannot be read: " + e, e);
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
      listed(manifest, file);
      try {
        Featurizer featurizer =
            Featurizers.restore(modality.getValue(), Files.readString(file(directory, file)));
        Manifest.Model encoder = manifest.encoders().get(modality.getKey());
        featurizers.put(
            modality.getKey(),
            encoder != null && modality.getValue().bringsEncoder()
                ? arrange(modality.getValue(), featurizer, encoder)
                : featurizer);
      } catch (IllegalArgumentException e) {
        throw new InvalidBundleException(file + ": " + e.getMessage(), e);
      }
    }
    return Collections.unmodifiableMap(featurizers);
  }

  private static Featurizer arrange(
      ModalitySpec spec, Featurizer featurizer, Manifest.Model encoder) {
    try {
      return EncoderInputs.arrange(
          spec, featurizer, encoder.inputs().stream().map(TensorSignature::of).toList());
    } catch (IllegalArgumentException e) {
      throw new InvalidBundleException(encoder.file() + ": " + e.getMessage(), e);
    }
  }

  private static void checkParts(Manifest manifest, Map<String, Featurizer> featurizers) {
    if (!manifest.spec().modalities().keySet().containsAll(manifest.encoders().keySet())) {
      throw new InvalidBundleException(
          "encoders of %s, but modalities %s"
              .formatted(manifest.encoders().keySet(), manifest.spec().modalities().keySet()));
    }
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
    for (Manifest.Model encoder : manifest.encoders().values()) {
      listed(manifest, encoder.file());
      listed(manifest, encoder.golden());
    }
    listed(manifest, fusion.file());
    listed(manifest, fusion.golden());
  }

  private static void listed(Manifest manifest, String file) {
    if (!manifest.files().containsKey(file)) {
      throw new InvalidBundleException(file + " has no digest in the manifest");
    }
  }

  private static void check(String file, String found, @Nullable String expected) {
    if (!found.equals(expected)) {
      throw new InvalidBundleException(
          "%s was changed: its digest is %s, the manifest says %s"
              .formatted(file, brief(found), brief(String.valueOf(expected))));
    }
  }

  private static void require(String what, Object expected, Object found) {
    if (!expected.equals(found)) {
      throw new InvalidBundleException(
          "%s must be %s, but were: %s".formatted(what, expected, found));
    }
  }

  /** A file of a bundle that is there. */
  private static Path file(Path directory, String file) {
    Path path = inside(directory, file);
    if (!Files.isRegularFile(path)) {
      throw new InvalidBundleException(
          file.equals(MANIFEST)
              ? "there is no manifest.json; is this the directory that 'braid train' wrote?"
              : file + " is missing");
    }
    return path;
  }

  /** Where a file of a bundle lies or would lie. */
  private static Path inside(Path directory, String file) {
    // Absolute: a relative path that is normalized to nothing is the start of no other path.
    Path root = directory.toAbsolutePath().normalize();
    Path path;
    try {
      path = root.resolve(file).normalize();
    } catch (InvalidPathException e) {
      throw new InvalidBundleException("'" + file + "' is no path", e);
    }
    if (!path.startsWith(root) || path.equals(root)) {
      throw new InvalidBundleException(file + " leads out of the bundle");
    }
    return path;
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
}
