package dev.braid.transforms.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.bundle.Bundle;
import dev.braid.serving.ModelServer;
import dev.braid.serving.TinyBundle;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServedBundleTest {
  @TempDir Path directory;

  private ServedBundle bundle(String name, long seed) {
    TinyBundle tiny = TinyBundle.ofSeed(seed);
    Bundle written =
        tiny.write(directory.resolve(name), tiny.manifest("sha256:unknown"), tiny.files());
    return ServedBundle.of(directory.resolve(name), written);
  }

  private static ModelServer leasedAndGivenBack(ServedBundle bundle) {
    try (ModelServer.Lease lease = bundle.lease()) {
      return lease.server();
    }
  }

  @Test
  void theLastLeaseFreesTheModels() {
    ServedBundle bundle = bundle("one", 3);

    assertThat(leasedAndGivenBack(bundle)).isNotSameAs(leasedAndGivenBack(bundle));
  }

  @Test
  void whatIsKeptIsLoadedOnceWhoeverComesAndGoes() {
    ServedBundle bundle = bundle("one", 1).withKept();

    assertThat(leasedAndGivenBack(bundle)).isSameAs(leasedAndGivenBack(bundle));
  }

  @Test
  void whatIsKeptGoesWhenAnotherBundleIsKept() {
    ServedBundle one = bundle("one", 1).withKept();
    ServedBundle two = bundle("two", 2).withKept();
    ModelServer first = leasedAndGivenBack(one);
    leasedAndGivenBack(two);

    assertThat(leasedAndGivenBack(one)).isNotSameAs(first);
  }

  private static Spec windows(String windows) {
    return SpecYaml.parse(
        TinyBundle.SPEC_YAML.replace(
            "window: {size: 10s, period: 5s, allowedLateness: 10s}", "window: " + windows));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{count: 10, every: 5}", "{gap: 10s}"})
  void inWindowsWithoutALengthTheVersionOfTheLaunchStaysWhateverEncodersComeLater(String windows) {
    ServedBundle launched = bundle("one", 1);
    bundle("two", 2);

    try (ModelServer.Lease lease =
        launched.withWatched(Watched.of(directory), windows(windows)).lease()) {
      assertThat(lease.server().digest()).isEqualTo(launched.digest());
      assertThat(lease.before()).isNull();
    }
  }

  @Test
  void inWindowsOfTimeTheNewerOneServesBesideThatOfTheLaunch() {
    ServedBundle launched = bundle("one", 1);
    ServedBundle newer = bundle("two", 2);

    try (ModelServer.Lease lease =
        launched.withWatched(Watched.of(directory), windows("{size: 10s, period: 5s}")).lease()) {
      assertThat(lease.server().digest()).isEqualTo(newer.digest());
      assertThat(requireNonNull(lease.before()).digest()).isEqualTo(launched.digest());
    }
  }

  @Test
  void anEmbeddingIsHeldForTheWindowItsLatenessAndTheLongestWaitOfAModality() {
    Spec spec =
        SpecYaml.parse(
            TinyBundle.SPEC_YAML
                .replace("language: en}", "language: en, wait: 7s}")
                .replace("frame: 1s}", "frame: 1s, wait: 3s}"));

    assertThat(ServedBundle.hold(spec)).isEqualTo(Duration.ofSeconds(10 + 10 + 7));
    assertThat(ServedBundle.hold(windows("{count: 10, every: 5}"))).isNull();
  }
}
