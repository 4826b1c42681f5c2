package dev.braid.runners.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.engine.Construct;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What the engine declares that it does not do; that it does the rest, the contracts show. */
class FlinkConstructsTest {
  private final Engine engine = Engines.named("flink");

  @Test
  void itRefusesWhatItCannotDoAndNothingElse() {
    assertThat(Arrays.stream(Construct.values()).filter(c -> engine.refusal(c).isPresent()))
        .isEmpty();
  }
}
