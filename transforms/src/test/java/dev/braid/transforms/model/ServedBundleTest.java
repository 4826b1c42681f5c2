package dev.braid.transforms.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.bundle.Bundle;
import dev.braid.serving.ModelServer;
import dev.braid.serving.TinyBundle;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
}
