package dev.braid.pipelines.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.options.PipelineOptions;
import org.junit.jupiter.api.Test;

class EnginesTest {
  /** The runner's own engine lives in its module; this one stands in with the same defaults. */
  private static final Engine ENGINE =
      new Engine() {
        @Override
        public String name() {
          return "direct";
        }

        @Override
        public Map<String, String> defaults(int cores) {
          return Map.of("runner", "DirectRunner", "targetParallelism", "7");
        }

        @Override
        public Optional<Refusal> refusal(Construct construct) {
          return Optional.empty();
        }
      };

  @Test
  void anAbsentEngineIsNamedTogetherWithThoseThatAreThere() {
    assertThatThrownBy(() -> Engines.named("flink"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no runner 'flink' in this jar; it has: none");
  }

  @Test
  void defaultsHoldWhereNothingIsGiven() {
    DirectOptions options = Engines.options(ENGINE, DirectOptions.class, List.of());

    assertThat(options.getRunner().getSimpleName()).isEqualTo("DirectRunner");
    assertThat(options.getTargetParallelism()).isEqualTo(7);
    assertThat(options.getJobName()).startsWith("braid-");
  }

  @Test
  void whatTheCallerGivesOverridesADefault() {
    DirectOptions options =
        Engines.options(
            ENGINE, DirectOptions.class, List.of("--targetParallelism=3", "--jobName=nightly"));

    assertThat(options.getTargetParallelism()).isEqualTo(3);
    assertThat(options.getJobName()).isEqualTo("nightly");
  }

  @Test
  void aRunnerAmongTheBeamOptionsIsRefused() {
    assertThatThrownBy(
            () -> Engines.options(ENGINE, PipelineOptions.class, List.of("--runner=DirectRunner")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("choose the engine with --runner before the --, not among the Beam options");
  }

  @Test
  void anOptionWithoutDashesIsRefusedByName() {
    assertThatThrownBy(
            () -> Engines.options(ENGINE, PipelineOptions.class, List.of("parallelism=2")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Beam options must look like --name=value, but was: parallelism=2");
  }

  @Test
  void anUnknownOptionIsRefused() {
    assertThatThrownBy(
            () -> Engines.options(ENGINE, PipelineOptions.class, List.of("--paralelism=2")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("paralelism");
  }
}
