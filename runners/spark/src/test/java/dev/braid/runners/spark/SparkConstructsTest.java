package dev.braid.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.engine.Construct;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import dev.braid.pipelines.engine.Need;
import dev.braid.spec.SpecYaml;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What the engine declares that it does not do; that it does the rest, the contracts show. */
class SparkConstructsTest {
  private final Engine engine = Engines.named("spark");

  @Test
  void itRefusesWhatItCannotDoAndNothingElse() {
    assertThat(Arrays.stream(Construct.values()).filter(c -> engine.refusal(c).isPresent()))
        .containsExactly(
            Construct.COUNT_WINDOWS_STREAMING,
            Construct.SESSIONS_STREAMING,
            Construct.WAIT_BUDGETS,
            Construct.TRANSACTIONAL_PUBLISH);
  }

  @Test
  void aRefusalSaysWhatToUseOrToLeaveOut() {
    var spec =
        SpecYaml.parse(
            """
            name: patient
            window: {size: 10s, allowedLateness: 5s, early: 1s}
            modalities: {log: {kind: text, wait: 5s}}
            tasks: {health: {kind: regression}}
            """);

    assertThat(Need.refused(Need.of(spec, true), engine))
        .containsExactly(
            "the runner spark cannot do a wait for missing modalities exactly (Beam's Spark runner"
                + " has no event-time timers in a stream); use flink or direct, or leave out"
                + " modalities.log.wait");
    assertThat(Need.refused(Need.of(spec, false), engine)).isEmpty();
  }
}
