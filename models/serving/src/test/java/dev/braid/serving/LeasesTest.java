package dev.braid.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.tensor.TensorRow;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LeasesTest {
  @TempDir Path directory;

  @AfterEach
  void noServerIsLeftOpen() {
    assertThat(Leases.open()).isZero();
  }

  @Test
  void manyThreadsThatLeaseAtOnceShareOneServer() throws Exception {
    TinyBundle.write(directory);

    List<ModelServer.Lease> leases =
        ModelServerTest.together(16, () -> ModelServer.lease(directory, ServingOptions.defaults()));

    assertThat(Leases.open()).isEqualTo(1);
    assertThat(leases.stream().map(ModelServer.Lease::server).distinct()).hasSize(1);
    leases.forEach(ModelServer.Lease::close);
  }

  @Test
  void theLastLeaseClosesTheServer() {
    TinyBundle.write(directory);
    ModelServer.Lease first = ModelServer.lease(directory, ServingOptions.defaults());
    ModelServer.Lease second = ModelServer.lease(directory, ServingOptions.defaults());
    ModelServer server = first.server();

    first.close();
    first.close();
    assertThat(second.server().encode("camera", rows(server))).hasSize(1);
    second.close();

    assertThatThrownBy(second::server)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this lease was closed");
    assertThatThrownBy(() -> server.encode("camera", rows(server)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was given back");
  }

  @Test
  void otherWeightsOrOtherOptionsAreAnotherServer() {
    Path other = directory.resolve("other");
    TinyBundle two = TinyBundle.ofSeed(2);
    two.write(other, two.manifest("sha256:unknown"), two.files());
    Path one = directory.resolve("one");
    TinyBundle.write(one);

    try (ModelServer.Lease a = ModelServer.lease(one, ServingOptions.defaults());
        ModelServer.Lease b = ModelServer.lease(other, ServingOptions.defaults());
        ModelServer.Lease c = ModelServer.lease(one, ServingOptions.defaults().withThreads(2))) {
      assertThat(Leases.open()).isEqualTo(3);
      assertThat(a.server().digest()).isNotEqualTo(b.server().digest());
      assertThat(a.server()).isNotSameAs(c.server());
    }
  }

  private static List<TensorRow> rows(ModelServer server) {
    return TinyBundle.rows(server.featurizers().get("camera").inputs(), 1);
  }
}
