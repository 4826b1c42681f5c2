package dev.braid.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.engine.Engines;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class MeasuredEngineTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(names = {"TINY", "SMALL"})
  void everySystemHasARateInEveryRound(Net net) throws Exception {
    BenchBundle.write(directory, net, false);

    EngineRates rates =
        new MeasuredEngine(Engines.named("direct"), net, directory).measure(0.2, 0.2, 2);

    assertThat(rates.systems().keySet()).containsExactly("limit", "braid");
    for (List<Double> each : rates.systems().values()) {
      assertThat(each).hasSize(2).allSatisfy(rate -> assertThat(rate).isPositive());
    }
    assertThat(rates.generator()).isPositive();
    assertThat(rates.featurizer()).isPositive();
  }
}
