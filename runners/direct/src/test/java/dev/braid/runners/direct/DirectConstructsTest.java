package dev.braid.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.engine.Construct;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What the engine declares that it does not do; that it does the rest, the contracts show. */
class DirectConstructsTest {
  private final Engine engine = Engines.named("direct");

  @Test
  void itRefusesWhatItCannotDoAndNothingElse() {
    assertThat(Arrays.stream(Construct.values()).filter(c -> engine.refusal(c).isPresent()))
        .containsExactly(Construct.TRANSACTIONAL_PUBLISH);
  }
}
