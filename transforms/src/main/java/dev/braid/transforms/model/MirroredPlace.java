package dev.braid.transforms.model;

import dev.braid.bundle.InvalidBundleException;
import dev.braid.bundle.Manifest;
import dev.braid.serving.BundleVersion;
import dev.braid.serving.WatchedPlace;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.jspecify.annotations.Nullable;

/**
 * A watched place on a file system of Beam. A version is copied to a temporary directory of this
 * machine before it is loaded; the last copy stays until another version is fetched, this is
 * closed, or the JVM ends.
 */
final class MirroredPlace implements WatchedPlace {
  private static final String MANIFEST = "manifest.json";

  /** What copies of this process lie in. */
  static final String COPIES = "braid-versions-%d-".formatted(ProcessHandle.current().pid());

  private final String place;
  private @Nullable Path copies;
  private @Nullable Thread atExit;
  private @Nullable BundleVersion copied;
  private @Nullable Path copy;

  /**
   * @param place the URI of a directory, without a slash at its end
   */
  MirroredPlace(String place) {
    this.place = place;
  }

  @Override
  public String name() {
    return place;
  }

  @Override
  public List<String> newestFirst() throws IOException {
    List<List<MatchResult.Metadata>> matched =
        match(place + "/" + MANIFEST, place + "/*/" + MANIFEST);
    List<MatchResult.Metadata> manifests = new ArrayList<>(matched.get(0));
    // A bundle is put together in a directory whose name begins so before it is shown.
    matched.get(1).stream()
        .filter(manifest -> !last(bundle(manifest), 1).startsWith("."))
        .forEach(manifests::add);
    return manifests.stream()
        .sorted(
            Comparator.comparingLong(MatchResult.Metadata::lastModifiedMillis)
                .thenComparing(MirroredPlace::bundle)
                .reversed())
        .map(MirroredPlace::bundle)
        .toList();
  }

  @Override
  public BundleVersion version(String bundle) throws IOException {
    return version(bundle, files(bundle));
  }

  @Override
  public Path fetch(BundleVersion version) throws IOException {
    Path kept = copy;
    if (kept != null && version.equals(copied)) {
      return kept;
    }
    drop();
    Path target = copies().resolve(last(version.bundle(), 1));
    copy = target;
    IOException failure = null;
    try {
      copy(version, target);
    } catch (IOException e) {
      failure = e;
    }
    if (!version(version.bundle()).equals(version)) {
      throw new FileNotFoundException(version.bundle() + " changed while it was copied");
    }
    if (failure != null) {
      throw failure;
    }
    copied = version;
    return target;
  }

  @Override
  public void close() {
    Path root = copies;
    Thread hook = atExit;
    if (root == null || hook == null) {
      return;
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // The JVM ends, and the hook does it.
    }
    delete(root);
  }

  private void copy(BundleVersion version, Path target) throws IOException {
    Map<String, MatchResult.Metadata> files = files(version.bundle());
    Files.createDirectory(target);
    copy(MANIFEST, files, target);
    for (String file : named(target.resolve(MANIFEST))) {
      // What is missing, whoever opens the bundle says.
      if (files.containsKey(file)) {
        copy(file, files, target);
      }
    }
  }

  /** The files that make a bundle; none of a manifest that says nothing. */
  private static Set<String> named(Path manifest) throws IOException {
    try {
      return Manifest.parse(Files.readString(manifest)).files().keySet();
    } catch (InvalidBundleException e) {
      return Set.of(); // Whoever opens the bundle says why.
    }
  }

  private static void copy(String name, Map<String, MatchResult.Metadata> files, Path target)
      throws IOException {
    MatchResult.Metadata file = files.get(name);
    if (file == null) {
      throw new FileNotFoundException(name);
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted before " + file.resourceId());
    }
    Path to = target.resolve(name);
    Path directory = to.getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      // Not its parents: when the JVM ends they are removed, and must not come back.
      Files.createDirectory(directory);
    }
    long bytes =
        asked(
            () -> {
              try (InputStream in = Channels.newInputStream(FileSystems.open(file.resourceId()))) {
                return Files.copy(in, to);
              }
            });
    if (bytes != file.sizeBytes()) {
      throw new IOException(
          "%s has %d bytes, but %d were read"
              .formatted(file.resourceId(), file.sizeBytes(), bytes));
    }
  }

  /** What lies in a bundle, by its name there; a file system may list directories with it. */
  private static Map<String, MatchResult.Metadata> files(String bundle) throws IOException {
    Map<String, MatchResult.Metadata> files = new TreeMap<>();
    // Encoders, featurizers and golden rows lie one level below the manifest.
    List<List<MatchResult.Metadata>> matched = match(bundle + "/*", bundle + "/*/*");
    for (int level = 0; level < matched.size(); level++) {
      for (MatchResult.Metadata file : matched.get(level)) {
        files.put(last(file.resourceId().toString(), level + 1), file);
      }
    }
    return files;
  }

  private static BundleVersion version(String bundle, Map<String, MatchResult.Metadata> files) {
    StringBuilder lines = new StringBuilder(bundle);
    files.forEach(
        (name, file) ->
            lines
                .append('\n')
                .append(name)
                .append(' ')
                .append(file.sizeBytes())
                .append(' ')
                .append(file.lastModifiedMillis())
                .append(' ')
                .append(file.checksum()));
    return new BundleVersion(bundle, lines.toString());
  }

  /** What each pattern matches. */
  private static List<List<MatchResult.Metadata>> match(String... patterns) throws IOException {
    return asked(
        () -> {
          List<List<MatchResult.Metadata>> matched = new ArrayList<>();
          for (MatchResult result :
              FileSystems.match(List.of(patterns), EmptyMatchTreatment.ALLOW)) {
            matched.add(result.metadata());
          }
          return matched;
        });
  }

  private interface Question<T> {
    T ask() throws IOException;
  }

  /** Some file systems fail with exceptions of their own, or lack a class of what they lie on. */
  private static <T> T asked(Question<T> question) throws IOException {
    try {
      return question.ask();
    } catch (RuntimeException | LinkageError e) {
      throw new IOException(e);
    }
  }

  private static String bundle(MatchResult.Metadata manifest) {
    String name = manifest.resourceId().toString();
    return name.substring(0, name.length() - MANIFEST.length() - 1);
  }

  /** The last parts of a name. */
  private static String last(String name, int parts) {
    int from = name.length();
    for (int i = 0; i < parts; i++) {
      from = name.lastIndexOf('/', from - 1);
    }
    return name.substring(from + 1);
  }

  private Path copies() throws IOException {
    if (copies == null) {
      Path made = Files.createTempDirectory(COPIES);
      Thread hook = new Thread(() -> delete(made));
      Runtime.getRuntime().addShutdownHook(hook);
      copies = made;
      atExit = hook;
    }
    return copies;
  }

  private void drop() {
    copied = null;
    if (copy != null) {
      delete(copy);
      copy = null;
    }
  }

  private static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(directory)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
