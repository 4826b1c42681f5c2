package dev.braid.transforms.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.bundle.Bundle;
import dev.braid.serving.ModelServer;
import dev.braid.serving.TinyBundle;
import dev.braid.transforms.memory.MemoryFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Newer versions on a file system that is not this machine's, as whoever leases them sees them. */
final class MirroredVersionsTest {
  private static final TinyBundle TINY = TinyBundle.ofSeed(1);
  private static final TinyBundle OTHER = TinyBundle.ofSeed(2);
  private static final long DEADLINE_NANOS = 300_000_000_000L;

  @TempDir Path directory;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final PrintStream err = System.err;
  private TreeSet<Path> before;
  private ServedBundle served;
  private Bundle launched;

  @BeforeEach
  void launch() throws Exception {
    FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    before = copies();
    launched = write("launched", TINY, TINY.files());
    served =
        ServedBundle.of(directory.resolve("launched"), launched)
            .withWatched(Watched.of("memory://models"), TinyBundle.ofSeed(1).spec());
  }

  @AfterEach
  void nothingIsLeftBehind() throws Exception {
    System.setErr(err);
    MemoryFiles.clear();
    assertThat(copies()).isEqualTo(before);
  }

  private static TreeSet<Path> copies() throws IOException {
    try (Stream<Path> temporary = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      TreeSet<Path> copies = new TreeSet<>();
      temporary
          .filter(path -> path.getFileName().toString().startsWith(MirroredPlace.COPIES))
          .forEach(copies::add);
      return copies;
    }
  }

  private Bundle write(String name, TinyBundle tiny, Map<String, byte[]> files) {
    return tiny.write(directory.resolve(name), tiny.manifest("sha256:unknown"), files);
  }

  private Bundle publish(String name, TinyBundle tiny, Map<String, byte[]> files) {
    Bundle bundle = write(name, tiny, files);
    MemoryFiles.write("memory://models/" + name, directory.resolve(name));
    return bundle;
  }

  /** The files of the launched bundle with the fusion of another training. */
  private static Map<String, byte[]> retrained() {
    Map<String, byte[]> files = new TreeMap<>(TINY.files());
    files.put("fusion.onnx", OTHER.files().get("fusion.onnx"));
    files.put("golden/fusion.json", OTHER.files().get("golden/fusion.json"));
    return files;
  }

  private List<String> logged(String words) {
    return log.toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.contains(words))
        .toList();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + DEADLINE_NANOS;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("the deadline has passed").isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  @Test
  void aNewVersionIsServedFromACopyThatGoesWithTheLastLease() throws Exception {
    try (ModelServer.Lease lease = served.lease();
        ModelServer.Lease other = served.lease()) {
      assertThat(lease.server().digest()).isEqualTo(launched.digest());
      Bundle newer = publish("v2", TINY, retrained());

      await(lease::renew);
      await(other::renew);

      assertThat(lease.server().digest()).isEqualTo(newer.digest());
      assertThat(other.server()).isSameAs(lease.server());
      assertThat(copies()).hasSize(before.size() + 1);
      assertThat(logged("not swapped")).isEmpty();
    }
  }

  @Test
  void aWorkerThatStartsLaterServesTheNewestVersionAtOnce() {
    Bundle newer = publish("v2", TINY, retrained());
    try (ModelServer.Lease lease = served.lease()) {
      assertThat(lease.server().digest()).isEqualTo(newer.digest());
    }
  }

  @Test
  void aVersionIsRefusedByTheNameThatPeopleKnowAndAGoodOneThenServed() throws Exception {
    try (ModelServer.Lease lease = served.lease()) {
      Map<String, byte[]> files = retrained();
      write("v2", TINY, files);
      Files.write(directory.resolve("v2/fusion.onnx"), new byte[] {1});
      MemoryFiles.write("memory://models/v2", directory.resolve("v2"));

      await(() -> !lease.renew() && !logged("not swapped").isEmpty());
      assertThat(logged("not swapped"))
          .singleElement()
          .asString()
          .contains(
              "not swapped: bundle memory://models/v2: fusion.onnx was changed",
              launched.digest() + " goes on");
      int opened = MemoryFiles.opened();
      Bundle good = publish("v3", TINY, retrained());
      await(lease::renew);

      assertThat(lease.server().digest()).isEqualTo(good.digest());
      assertThat(MemoryFiles.opened() - opened).isLessThanOrEqualTo(2 * (files.size() + 1));
      assertThat(logged("not swapped")).hasSize(1);
    }
  }

  @Test
  void aPlaceThatCannotBeReadIsOneLineOfTheLogUntilItCanBeReadAgain() throws Exception {
    MemoryFiles.setAway(true);
    try (ModelServer.Lease lease = served.lease()) {
      assertThat(lease.server().digest()).isEqualTo(launched.digest());
      long looks = MemoryFiles.asked();
      await(() -> !lease.renew() && MemoryFiles.asked() >= looks + 3);
      assertThat(logged("memory://models cannot be read: "))
          .singleElement()
          .asString()
          .contains("nobody answers; the bundle of the launch goes on");

      Bundle newer = publish("v2", TINY, retrained());
      MemoryFiles.setAway(false);
      await(lease::renew);

      assertThat(lease.server().digest()).isEqualTo(newer.digest());
      assertThat(logged("memory://models can be read again")).hasSize(1);
      assertThat(logged("cannot be read: ")).hasSize(1);
    }
  }

  static List<Runnable> failures() {
    return List.of(
        () -> {
          throw new IllegalStateException("connection reset");
        },
        () -> {
          throw new NoClassDefFoundError("a part of the file system that is not on the class path");
        });
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aCopyThatBreaksOffIsMadeAgain(Runnable failure) throws Exception {
    try (ModelServer.Lease lease = served.lease()) {
      MemoryFiles.beforeOpening(
          file -> {
            if (file.endsWith("fusion.onnx")) {
              MemoryFiles.beforeOpening(same -> {});
              failure.run();
            }
          });
      Bundle newer = publish("v2", TINY, retrained());
      await(lease::renew);

      assertThat(lease.server().digest()).isEqualTo(newer.digest());
      assertThat(logged("memory://models cannot be read: ")).hasSize(1);
    }
  }

  @Test
  void aVersionThatIsReplacedWhileItIsCopiedIsServedAsItIsInTheEnd() throws Exception {
    try (ModelServer.Lease lease = served.lease()) {
      Bundle last = write("last", TINY, retrained());
      MemoryFiles.beforeOpening(
          file -> {
            if (file.endsWith("fusion.onnx")) {
              MemoryFiles.beforeOpening(same -> {});
              MemoryFiles.write("memory://models/v2", directory.resolve("last"));
            }
          });
      publish("v2", TINY, TINY.files());
      await(lease::renew);

      assertThat(lease.server().digest()).isEqualTo(last.digest());
      assertThat(logged("not swapped")).isEmpty();
      assertThat(logged("cannot be read")).isEmpty();
    }
  }

  @Test
  void aWorkerThatEndsDoesNotWaitForAFileSystemThatDoesNotAnswer() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    MemoryFiles.beforeOpening(
        file -> {
          asked.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
          }
        });
    try (ModelServer.Lease lease = served.lease()) {
      publish("v2", TINY, retrained());
      await(() -> !lease.renew() && asked.getCount() == 0);
    }

    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("braid-bundle-watch");
    assertThat(logged("cannot be read")).isEmpty();
  }
}
