package dev.braid.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.GoldenRows;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.bundle.Manifest;
import dev.braid.scene.Answer;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import dev.braid.tensor.TensorRow;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LiveBundleTest {
  private static final TinyBundle TINY = TinyBundle.ofSeed(1);
  private static final TinyBundle OTHER = TinyBundle.ofSeed(2);

  @TempDir Path directory;
  private Bundle launched;

  @BeforeEach
  void launch() {
    launched = TINY.write(directory.resolve("v1"), plain(), TINY.files());
  }

  @AfterEach
  void noServerIsLeftOpen() {
    assertThat(Leases.open()).isZero();
  }

  private static Manifest plain() {
    return TINY.manifest("sha256:unknown");
  }

  private LiveBundle open() {
    return LiveBundle.open(
        directory.resolve("v1"),
        launched.manifest(),
        WatchedPlace.of(directory),
        ServingOptions.defaults(),
        null);
  }

  /** The files of the launched bundle with the fusion of another training. */
  private static Map<String, byte[]> retrained() {
    Map<String, byte[]> files = new TreeMap<>(TINY.files());
    files.put("fusion.onnx", OTHER.files().get("fusion.onnx"));
    files.put("golden/fusion.json", OTHER.files().get("golden/fusion.json"));
    return files;
  }

  private Bundle publish(String name, Manifest manifest, Map<String, byte[]> files) {
    return TINY.write(directory.resolve(name), manifest, files);
  }

  private static Manifest withSpec(Spec spec) {
    Manifest plain = plain();
    return new Manifest(
        plain.formatVersion(),
        plain.name(),
        spec,
        plain.encoders(),
        plain.fusion(),
        plain.featurizers(),
        plain.anomalyThreshold(),
        plain.precision(),
        plain.provenance(),
        Map.of());
  }

  /** Two looks: the first one sees files that may still be written to. */
  private static void look(LiveBundle live) {
    live.look();
    live.look();
  }

  private static float health(ModelServer server, List<TensorRow> rows) {
    RowResult<Answer> result = server.fuse(rows).get(0);
    assertThat(result).isInstanceOf(RowResult.Served.class);
    Answer answer = ((RowResult.Served<Answer>) result).value();
    return ((Answer.Estimated) answer.tasks().get("health")).value();
  }

  @Test
  void aNewVersionAnswersFromTheNextRenewalOnAndTheOldOneUntilThen() {
    List<TensorRow> rows = TinyBundle.rows(launched.manifest().fusion().inputs(), 1);
    try (LiveBundle live = open()) {
      Generation old = live.share();
      Bundle newer = publish("v2", plain(), retrained());
      look(live);

      ModelServer oldServer = old.server();
      assertThat(oldServer.digest()).isEqualTo(launched.digest());
      assertThat(health(oldServer, rows))
          .isCloseTo(TINY.models().fuse(rows.get(0))[1][0], within(1e-4f));
      assertThat(Leases.open()).isEqualTo(2);

      Generation renewed = live.renew(old);

      assertThat(renewed.server().digest()).isEqualTo(newer.digest());
      assertThat(health(renewed.server(), rows))
          .isCloseTo(OTHER.models().fuse(rows.get(0))[1][0], within(1e-4f));
      assertThatThrownBy(() -> oldServer.fuse(rows)).hasMessageEndingWith("was given back");
      assertThat(renewed.before()).isNull();
      assertThat(Leases.open()).isEqualTo(1);
      assertThat(live.loaded().swaps()).isEqualTo(1);
      assertThat(live.renew(renewed)).isSameAs(renewed);
      renewed.close();
    }
  }

  @Test
  void aBundleThatIsReplacedInPlaceIsSwapped() {
    Path place = directory.resolve("v1");
    try (LiveBundle live =
        LiveBundle.open(
            place, launched.manifest(), WatchedPlace.of(place), ServingOptions.defaults(), null)) {
      Bundle newer = publish("v1", plain(), retrained());
      look(live);

      try (Generation serving = live.share()) {
        assertThat(serving.server().digest())
            .isEqualTo(newer.digest())
            .isNotEqualTo(launched.digest());
      }
    }
  }

  @Test
  void whoeverRenewsItsLeaseFindsANewVersion() {
    try (ModelServer.Lease lease =
        ModelServer.leaseNewest(
            directory.resolve("v1"),
            launched.manifest(),
            WatchedPlace.of(directory),
            ServingOptions.defaults(),
            null)) {
      assertThat(lease.server().digest()).isEqualTo(launched.digest());
      assertThat(lease.renew()).isFalse();
      Bundle newer = publish("v2", plain(), retrained());

      Instant deadline = Instant.now().plus(Duration.ofMinutes(2));
      boolean renewed = false;
      while (!renewed && Instant.now().isBefore(deadline)) {
        renewed = lease.renew();
        Thread.onSpinWait();
      }

      assertThat(renewed).isTrue();
      assertThat(lease.server().digest()).isEqualTo(newer.digest());
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("braid-bundle-watch");
  }

  @Test
  void aVersionWithOtherEncodersIsRefusedWhereWindowsHaveNoLength() {
    try (LiveBundle live = open()) {
      publish("v2", OTHER.manifest("sha256:unknown"), OTHER.files());
      look(live);

      assertRefused(
          live,
          "bundle %s: its encoder of 'vibration' is not the one that runs, whose embeddings"
              + " windows by count and sessions hold for no known time; start a new run for it");
    }
  }

  @Test
  void whoeverAsksAgainAfterALongTimeIsServedByWhatHasComeMeanwhile() {
    AtomicLong clock = new AtomicLong();
    try (LiveBundle live =
        LiveBundle.open(
            directory.resolve("v1"),
            launched.manifest(),
            WatchedPlace.of(directory),
            ServingOptions.defaults(),
            null,
            clock::get)) {
      Generation held = live.share();
      Bundle newer = publish("v2", plain(), retrained());
      clock.addAndGet(Duration.ofMillis(999).toNanos());
      assertThat(live.renew(held)).isSameAs(held);
      clock.addAndGet(Duration.ofSeconds(10).toNanos());

      try (Generation renewed = live.renew(held)) {
        assertThat(renewed.server().digest()).isEqualTo(newer.digest());
      }
    }
  }

  @Test
  void aVersionWithAnotherSpecIsRefused() {
    try (LiveBundle live = open()) {
      publish(
          "v2",
          withSpec(SpecYaml.parse(TinyBundle.SPEC_YAML.replace("period: 5s", "period: 2s"))),
          TINY.files());
      look(live);

      assertThat(live.loaded().lastRefusal())
          .startsWith("bundle " + directory.resolve("v2") + ": its window must be ")
          .endsWith("; start a new run for it");
      assertRefused(live, live.loaded().lastRefusal());
    }
  }

  @Test
  void aVersionWhoseGoldenRowsDoNotComeOutIsRefusedAndTriedAgainOnlyWhenItChanges() {
    Map<String, byte[]> files = retrained();
    GoldenRows golden =
        GoldenRows.parse(new String(files.get("golden/fusion.json"), StandardCharsets.UTF_8));
    golden.outputs().get(1)[1][0] += 0.01f;
    files.put("golden/fusion.json", golden.toJson().getBytes(StandardCharsets.UTF_8));
    try (LiveBundle live = open()) {
      publish("v2", plain(), files);
      look(live);
      look(live);

      assertThat(live.loaded().lastRefusal())
          .contains("fusion.onnx does not reproduce golden row 1");
      assertRefused(live, live.loaded().lastRefusal());

      publish("v2", plain(), retrained());
      look(live);

      assertThat(live.loaded().swaps()).isEqualTo(1);
      assertThat(live.loaded().refusals()).isEqualTo(1);
    }
  }

  @Test
  void aVersionWhoseBytesWereChangedIsRefused() throws Exception {
    try (LiveBundle live = open()) {
      publish("v2", plain(), retrained());
      Files.write(directory.resolve("v2/fusion.onnx"), new byte[] {1}, StandardOpenOption.APPEND);
      look(live);

      assertRefused(live, "bundle %s: fusion.onnx was changed");
    }
  }

  @Test
  void aVersionThatIsStillWrittenToIsLeftAlone() throws Exception {
    try (LiveBundle live = open()) {
      publish("v2", plain(), retrained());
      Path model = directory.resolve("v2/fusion.onnx");
      byte[] whole = Files.readAllBytes(model);
      for (int part = 1; part < 4; part++) {
        Files.write(model, Arrays.copyOf(whole, whole.length * part / 4));
        live.look();
      }
      Files.write(model, whole);
      live.look();
      assertThat(live.loaded().swaps()).isZero();
      live.look();

      assertThat(live.loaded().swaps()).isEqualTo(1);
      assertThat(live.loaded().refusals()).isZero();
    }
  }

  @Test
  void aWorkerThatStartsLaterServesTheNewestVersionAtOnce() {
    Bundle newer = publish("v2", plain(), retrained());
    try (LiveBundle live = open();
        Generation serving = live.share()) {
      assertThat(serving.server().digest()).isEqualTo(newer.digest());
      assertThat(live.loaded().swaps()).isZero();
    }
  }

  @Test
  void aWorkerThatStartsLaterServesTheLaunchedVersionWhereTheNewestMustNotBe() {
    publish("v2", OTHER.manifest("sha256:unknown"), OTHER.files());
    try (LiveBundle live = open();
        Generation serving = live.share()) {
      assertThat(serving.server().digest()).isEqualTo(launched.digest());
      assertThat(live.loaded().refusals()).isEqualTo(1);
    }
  }

  @Test
  void aWorkerThatStartsLaterServesWhatTheOthersDoWhereTheNewestIsRefused() {
    Bundle newer = publish("v2", plain(), retrained());
    try (LiveBundle live = open()) {
      publish("v3", OTHER.manifest("sha256:unknown"), OTHER.files());
      look(live);
      assertThat(live.loaded().refusals()).isEqualTo(1);
    }
    try (LiveBundle live = open();
        Generation serving = live.share()) {
      look(live);

      assertThat(serving.server().digest()).isEqualTo(newer.digest());
      assertThat(live.loaded().refusals()).isEqualTo(1);
      assertThat(live.loaded().swaps()).isZero();
    }
  }

  @Test
  void withoutAnyVersionThatMayBeServedThereIsNone() {
    publish("v1", OTHER.manifest("sha256:unknown"), OTHER.files());

    assertThatThrownBy(this::open)
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageContaining("was replaced after the launch: its encoder of 'vibration' is not");
  }

  @Test
  void allOfAJvmShareOneLiveBundle() {
    try (LiveBundle one = open();
        LiveBundle two = open()) {
      assertThat(one).isSameAs(two);
      assertThat(Leases.open()).isEqualTo(1);
    }
  }

  private void assertRefused(LiveBundle live, String line) {
    assertThat(live.loaded().lastRefusal()).startsWith(line.formatted(directory.resolve("v2")));
    assertThat(live.loaded().lastRefusal().lines()).hasSize(1);
    assertThat(live.loaded().refusals()).isEqualTo(1);
    assertThat(live.loaded().swaps()).isZero();
    try (Generation serving = live.share()) {
      assertThat(serving.server().digest()).isEqualTo(launched.digest());
    }
  }
}
