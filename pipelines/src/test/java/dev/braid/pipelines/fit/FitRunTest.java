package dev.braid.pipelines.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.dataset.InvalidDatasetException;
import dev.braid.pipelines.analysis.AnalysisException;
import dev.braid.pipelines.analysis.SampleLines;
import dev.braid.pipelines.analysis.TestEngine;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import dev.braid.spec.InvalidSpecException;
import java.nio.file.Files;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;
import org.junit.jupiter.api.Test;

final class FitRunTest extends FitContract {
  /** The DirectRunner with all its checks on. */
  @Override
  protected Engine engine() {
    return new TestEngine();
  }

  @Test
  void featurizersOfAnEarlierFitAreReplacedOnlyIfAskedTo() throws Exception {
    Files.writeString(
        data.resolve("observations/a.jsonl"),
        SampleLines.log("l1", "2026-01-01T00:00:01Z", "noise"));
    run();

    assertThatThrownBy(this::run)
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("holds the results of an earlier run");

    Engine engine = engine();
    FitReport report =
        new FitRun(data, output, true)
            .run(engine, Engines.options(engine, PipelineOptions.class, List.of()));
    assertThat(report.featurizers()).isEqualTo(4);
    try (var files = Files.walk(output)) {
      assertThat(files.filter(Files::isRegularFile).map(file -> output.relativize(file).toString()))
          .containsExactlyInAnyOrder(
              "fitted-spec.yaml",
              "dead-letters-00000-of-00001.jsonl",
              "featurizers/camera.json",
              "featurizers/log.json",
              "featurizers/order.json",
              "featurizers/vibration.json");
    }
  }

  @Test
  void whatCannotBeFittedIsRefusedBeforeALaunch() throws Exception {
    assertThatThrownBy(this::run)
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessageContaining("has no observations");

    Files.writeString(
        data.resolve("observations/a.jsonl"),
        SampleLines.log("l1", "2026-01-01T00:00:01Z", "noise"));
    Files.writeString(data.resolve("splits.jsonl"), "{\"entity\":\"e\",\"split\":\"half\"}\n");
    assertThatThrownBy(this::run)
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessageContaining("splits.jsonl:1: not a split");
    Files.delete(data.resolve("splits.jsonl"));

    output = data;
    assertThatThrownBy(this::run)
        .isInstanceOf(AnalysisException.class)
        .hasMessage("the output %s is the data set itself; name another directory".formatted(data));
    output = directory.resolve("new");
    Files.delete(data.resolve("spec.yaml"));
    assertThatThrownBy(this::run).isInstanceOf(InvalidSpecException.class);
    assertThat(output).doesNotExist();
  }
}
