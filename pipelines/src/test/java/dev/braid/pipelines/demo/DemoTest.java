package dev.braid.pipelines.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.bundle.Bundle;
import dev.braid.pipelines.analysis.AnalysisReport;
import dev.braid.pipelines.analysis.TestEngine;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import dev.braid.pipelines.io.ResultFiles;
import dev.braid.transforms.observation.DeadLetter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.options.PipelineOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo with the bundle that is shipped. */
final class DemoTest {
  @TempDir private Path temp;

  private DemoResult run(long seed, int machines, int minutes, Demo.Listener listener)
      throws Exception {
    Engine engine = new QuickEngine();
    return Demo.run(
        new DemoOptions(temp.resolve("demo"), seed, machines, minutes),
        engine,
        Engines.options(engine, PipelineOptions.class, List.of()),
        listener);
  }

  @ParameterizedTest
  @ValueSource(longs = {2026, 7})
  void theStateOfAnUnseenPlantIsRecognised(long seed) throws Exception {
    DemoResult result = run(seed, 8, 15, new Steps());

    // Of 191 windows of a machine, those that begin before it or end after it have no label.
    assertThat(result.analysis().predictions()).isEqualTo(8 * 191);
    assertThat(result.scored()).hasSize(8 * 169);
    assertThat(result.score("state", "accuracy")).isGreaterThanOrEqualTo(0.95);
    assertThat(result.score("health", "mae")).isLessThanOrEqualTo(0.12);
  }

  @Test
  void everythingIsWhereTheDemoSaysAndEveryBrokenLineIsOneDeadLetter() throws Exception {
    Steps steps = new Steps();

    DemoResult result = run(3, 2, 5, steps);

    Path output = temp.resolve("demo");
    assertThat(steps.heard)
        .containsExactly(
            "simulating", "simulated 1 of 2", "simulated 2 of 2", "analysing", "scoring");
    assertThat(Bundle.open(output.resolve("bundle")).digest())
        .isEqualTo(result.evaluation().digest());
    assertThat(output.resolve("input/spec.yaml")).isRegularFile();
    assertThat(ResultFiles.predictions(output)).hasSize(2 * 71);
    assertThat(Files.readString(output.resolve("report.html")))
        .contains("Dead letters", "press-00", "press-01");
    assertThat(ResultFiles.deadLetters(output))
        .hasSize(6)
        .extracting(DeadLetter::getStep)
        .containsOnly("ParseObservations", "EncodeObservations");
    assertThat(result.broken()).isEqualTo(6);
    assertThat(result.evaluation().more()).containsEntry("rejected", 6);
    assertThat(result.evaluation().more()).containsEntry("unanswered", 0);
  }

  /** The DirectRunner as {@code braid run} has it. */
  private static final class QuickEngine extends TestEngine {
    @Override
    public Map<String, String> defaults(int cores) {
      return Map.of(
          "runner", "DirectRunner",
          "targetParallelism", "2",
          "enforceImmutability", "false",
          "enforceEncodability", "false");
    }
  }

  private static final class Steps implements Demo.Listener {
    private final List<String> heard = new ArrayList<>();

    @Override
    public void simulating() {
      heard.add("simulating");
    }

    @Override
    public void simulated(long done, long total) {
      heard.add("simulated %d of %d".formatted(done, total));
    }

    @Override
    public void analysing() {
      heard.add("analysing");
    }

    @Override
    public void scoring(AnalysisReport report) {
      heard.add("scoring");
    }
  }
}
