package dev.braid.runners.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.engine.Engines;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
import org.junit.jupiter.api.Test;

class FlinkEngineTest {
  private final FlinkEngine engine = new FlinkEngine();

  @Test
  void asManyReadersHaveAWorkerAsTheJobIsParallelWhateverItsMaximumIs() {
    assertThat(readers("--parallelism=3", "--maxParallelism=128")).isEqualTo(3);
    assertThat(readers("--maxParallelism=128"))
        .isEqualTo(Runtime.getRuntime().availableProcessors());
  }

  @Test
  void aClusterThatDecidesItselfHowParallelTheJobIsLimitsNoReaders() {
    assertThat(readers("--flinkMaster=127.0.0.1:1")).isEqualTo(Integer.MAX_VALUE);
    assertThat(readers("--flinkMaster=127.0.0.1:1", "--parallelism=2")).isEqualTo(2);
  }

  private int readers(String... options) {
    return engine.mostReaders(Engines.options(engine, PipelineOptions.class, List.of(options)));
  }
}
