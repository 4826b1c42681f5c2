package dev.braid.transforms.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.bundle.Bundle;
import dev.braid.serving.BundleVersion;
import dev.braid.serving.TinyBundle;
import dev.braid.transforms.memory.MemoryFiles;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MirroredPlaceTest {
  private static final String V1 = "memory://models/v1";
  private static final String V2 = "memory://models/v2";

  @TempDir Path directory;
  private final MirroredPlace place = new MirroredPlace("memory://models");
  private Bundle bundle;

  @BeforeEach
  void publish() {
    FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
    bundle = TinyBundle.write(directory.resolve("source"));
    MemoryFiles.write(V1, directory.resolve("source"));
  }

  @AfterEach
  void clear() {
    place.close();
    MemoryFiles.clear();
  }

  private static void remanifest(String version) {
    MemoryFiles.write(version + "/manifest.json", "{}".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theBundleWhoseManifestWasWrittenLastIsTheNewest() throws Exception {
    remanifest("memory://models/a");
    remanifest("memory://models");
    remanifest("memory://models/.incoming");
    remanifest("memory://models/a/deeper");
    remanifest("memory://other/v9");
    MemoryFiles.write(V1 + "/fusion.onnx", new byte[9]);

    assertThat(place.newestFirst()).containsExactly("memory://models", "memory://models/a", V1);
  }

  @Test
  void aVersionIsCopiedWholeWithoutWhatDoesNotBelongToIt() throws Exception {
    MemoryFiles.write(V1 + "/report.html", new byte[9]);

    Path copy = place.fetch(place.version(V1));

    assertThat(Bundle.open(copy).digest()).isEqualTo(bundle.digest());
    assertThat(copy.resolve("report.html")).doesNotExist();
    assertThat(copy).hasFileName("v1");
  }

  @Test
  void whatWasCopiedIsNotCopiedAgain() throws Exception {
    Path copy = place.fetch(place.version(V1));
    int opened = MemoryFiles.opened();

    assertThat(place.fetch(place.version(V1))).isEqualTo(copy);
    assertThat(MemoryFiles.opened()).isEqualTo(opened);
  }

  @Test
  void anotherVersionTakesThePlaceOfTheCopyBefore() throws Exception {
    Path one = place.fetch(place.version(V1));
    MemoryFiles.write(V2, directory.resolve("source"));
    Path two = place.fetch(place.version(V2));

    assertThat(one).doesNotExist();
    assertThat(Bundle.open(two).digest()).isEqualTo(bundle.digest());
  }

  @Test
  void nothingIsLeftBehind() throws Exception {
    Path copy = place.fetch(place.version(V1));
    place.close();

    assertThat(copy.getParent()).doesNotExist();
  }

  @Test
  void aPlaceThatWasOnlyLookedAtHoldsNothing() throws Exception {
    MirroredPlace other = new MirroredPlace("memory://models");
    other.version(other.newestFirst().get(0));

    other.close();
  }

  @Test
  void aVersionThatIsWrittenToWhileItIsCopiedIsNotTaken() throws Exception {
    BundleVersion version = place.version(V1);
    AtomicInteger opened = new AtomicInteger();
    MemoryFiles.beforeOpening(
        file -> {
          if (opened.incrementAndGet() == 3) {
            MemoryFiles.write(V1 + "/fusion.onnx", new byte[9]);
          }
        });

    assertThatThrownBy(() -> place.fetch(version))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessage("memory://models/v1 changed while it was copied");
  }

  @Test
  void aVersionThatVanishesWhileItIsCopiedIsNotTaken() throws Exception {
    BundleVersion version = place.version(V1);
    MemoryFiles.beforeOpening(
        file -> {
          if (file.endsWith("fusion.onnx")) {
            MemoryFiles.remove(V1);
          }
        });

    assertThatThrownBy(() -> place.fetch(version))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessage("memory://models/v1 changed while it was copied");
    assertThat(place.newestFirst()).isEmpty();
  }

  @Test
  void aVersionThatIsGoneIsNotTaken() throws Exception {
    BundleVersion version = place.version(V1);
    MemoryFiles.remove(V1);

    assertThatThrownBy(() -> place.fetch(version)).isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void afterAFailureInMidCopyTheNextCopyIsWhole() throws Exception {
    BundleVersion version = place.version(V1);
    MemoryFiles.beforeOpening(file -> MemoryFiles.setAway(file.endsWith("fusion.onnx")));
    assertThatThrownBy(() -> place.fetch(version))
        .isInstanceOf(IOException.class)
        .hasMessage("nobody answers");
    MemoryFiles.setAway(false);
    MemoryFiles.beforeOpening(file -> {});

    assertThat(Bundle.open(place.fetch(version)).digest()).isEqualTo(bundle.digest());
  }

  @Test
  void aFileWithFewerBytesThanListedIsAFailure() throws Exception {
    BundleVersion version = place.version(V1);
    MemoryFiles.truncate(V1 + "/fusion.onnx", 5);

    assertThatThrownBy(() -> place.fetch(version))
        .isInstanceOf(IOException.class)
        .hasMessageMatching("memory://models/v1/fusion.onnx has \\d+ bytes, but 5 were read");
  }

  @Test
  void anExceptionOfTheFileSystemsOwnIsAFailureToRead() {
    MemoryFiles.beforeOpening(
        file -> {
          throw new IllegalStateException("throttled");
        });

    assertThatThrownBy(() -> place.fetch(place.version(V1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("throttled");
  }

  @Test
  void whatIsNoBundleIsCopiedForWhoeverOpensItToSayWhy() throws Exception {
    remanifest(V1);
    Path copy = place.fetch(place.version(V1));

    try (var files = Files.list(copy)) {
      assertThat(files).containsExactly(copy.resolve("manifest.json"));
    }
  }

  @Test
  void anyPathOrUriNamesAPlace() {
    assertThat(List.of("v", "/a/b", "file:/a/b", "file:///a/b"))
        .extracting(name -> Watched.of(name).toString())
        .containsExactly(Path.of("v").toAbsolutePath().toString(), "/a/b", "/a/b", "/a/b");
    assertThat(Watched.of("memory://models/")).hasToString("memory://models");
    assertThat(Watched.of("memory://models").isLocal()).isFalse();
    assertThat(Watched.of("file:///a/b").isLocal()).isTrue();
  }

  @Test
  void aFileSystemThatIsNotThereIsRefusedInOneLine() {
    assertThatThrownBy(() -> Watched.of("gs://b/models").check(PipelineOptionsFactory.create()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("there is no file system 'gs' here for gs://b/models; ")
        .hasMessageNotContaining("\n");
    Watched.of("memory://models").check(PipelineOptionsFactory.create());
  }
}
