package dev.braid.pipelines.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.bundle.InvalidBundleException;
import dev.braid.dataset.InvalidDatasetException;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import dev.braid.pipelines.io.ResultFiles;
import dev.braid.serving.TinyBundle;
import dev.braid.spec.InvalidSpecException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class AnalysisRunTest extends AnalysisContract {
  @Override
  protected Engine engine() {
    return new TestEngine();
  }

  @Test
  void withoutABundleNothingIsRunOrWritten() throws Exception {
    Files.writeString(
        input.resolve("observations/a.jsonl"),
        SampleLines.log("l1", "2026-01-01T00:00:01Z", "noise"));
    bundle = directory.resolve("absent");

    assertThatThrownBy(this::run)
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageContaining("there is no manifest.json");
    assertThat(directory.resolve("new")).doesNotExist();
  }

  @Test
  void aSpecGivesARunOtherWindowsThanTheBundleHas() throws Exception {
    Files.write(
        input.resolve("observations/a.jsonl"),
        List.of(
            SampleLines.log("l3", "2026-01-01T00:00:03Z", "noise"),
            SampleLines.log("l1", "2026-01-01T00:00:01Z", "hot"),
            SampleLines.log("l2", "2026-01-01T00:00:02Z", "leak")));
    Path spec = directory.resolve("spec.yaml");
    String yaml = TinyBundle.SPEC_YAML;
    Files.writeString(spec, yaml.replaceFirst("window: .*", "window: {count: 2, every: 1}"));
    Engine engine = engine();

    new AnalysisRun(bundle, input, output, false)
        .withSpec(spec)
        .run(engine, Engines.options(engine, PipelineOptions.class, List.of()));

    assertThat(ResultFiles.predictions(output))
        .extracting(p -> p.getId().replaceFirst("@.*", ""), p -> p.getWindowStart().toString())
        .containsExactlyInAnyOrder(
            Tuple.tuple("e|#1|tiny", "2026-01-01T00:00:01Z"),
            Tuple.tuple("e|#2|tiny", "2026-01-01T00:00:01Z"),
            Tuple.tuple("e|#3|tiny", "2026-01-01T00:00:02Z"));
  }

  @Test
  void aSpecThatAsksForMoreThanOtherWindowsIsRefused() throws Exception {
    Path spec = directory.resolve("spec.yaml");
    AnalysisRun run = new AnalysisRun(bundle, input, output, false).withSpec(spec);
    Files.writeString(spec, TinyBundle.SPEC_YAML.replace("language: en", "language: zh"));

    assertThatThrownBy(() -> run.refusals(engine()))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageStartingWith(spec + ": the modality 'log' must be as in the bundle, Text[")
        .hasMessageEndingWith("; a run may change window and wait");

    Files.writeString(spec, TinyBundle.SPEC_YAML.replace("calm, busy", "busy, calm"));
    assertThatThrownBy(() -> run.refusals(engine()))
        .isInstanceOf(InvalidSpecException.class)
        .hasMessageStartingWith(spec + ": the tasks must be as in the bundle, ");

    Files.writeString(spec, TinyBundle.SPEC_YAML.replace("language: en", "language: en, wait: 5s"));
    assertThat(run.refusals(engine())).isEmpty();
  }

  @Test
  void aBundleWithOneByteChangedIsRefused() throws Exception {
    Files.writeString(
        input.resolve("observations/a.jsonl"),
        SampleLines.log("l1", "2026-01-01T00:00:01Z", "noise"));
    byte[] model = Files.readAllBytes(bundle.resolve("fusion.onnx"));
    model[model.length / 2] ^= 1;
    Files.write(bundle.resolve("fusion.onnx"), model);

    assertThatThrownBy(this::run)
        .isInstanceOf(InvalidBundleException.class)
        .hasMessageContaining("fusion.onnx was changed");
    assertThat(directory.resolve("new")).doesNotExist();
  }

  @Test
  void anInputWithoutAnObservationIsRefused() throws Exception {
    assertThatThrownBy(this::run)
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessageContaining("has no observations: there is no *.jsonl or *.jsonl.gz in");

    Files.writeString(input.resolve("observations/a.jsonl"), "\n \n");
    assertThatThrownBy(this::run)
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessageContaining("has no observations: its files hold no line");

    input = directory.resolve("absent");
    assertThatThrownBy(this::run)
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessage("there is no input directory " + input);
    assertThat(directory.resolve("new")).doesNotExist();
  }

  @Test
  void resultsOfAnEarlierRunAreReplacedOnlyIfAskedTo() throws Exception {
    Path file = input.resolve("observations/a.jsonl");
    Files.writeString(file, SampleLines.log("l1", "2026-01-01T00:00:01Z", "noise"));
    run();
    Files.writeString(file, SampleLines.log("l1", "2026-01-01T01:00:01Z", "noise"));

    assertThatThrownBy(this::run)
        .isInstanceOf(AnalysisException.class)
        .hasMessage(
            "the output %s holds the results of an earlier run; name another directory or add"
                    .formatted(output)
                + " --overwrite");

    run(true);
    assertThat(predictions().keySet())
        .containsExactly("e|2026-01-01T01:00:05Z", "e|2026-01-01T01:00:10Z");
  }

  @Test
  void aRunThatFailsLeavesNothingBehind() throws Exception {
    Files.writeString(
        input.resolve("observations/a.jsonl"),
        SampleLines.log("l1", "2026-01-01T00:00:01Z", "noise"));
    Engine hasty =
        new TestEngine() {
          @Override
          public PipelineResult run(Pipeline pipeline) {
            // The bundle is replaced between the check and the launch.
            TinyBundle other = TinyBundle.ofSeed(2);
            other.write(bundle, other.manifest("sha256:unknown"), other.files());
            return super.run(pipeline);
          }
        };

    assertThatThrownBy(
            () ->
                new AnalysisRun(bundle, input, output, false)
                    .run(hasty, Engines.options(hasty, PipelineOptions.class, List.of())))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("was replaced after the launch")
        .hasMessageContaining("no results were left in " + output);
    assertThat(directory.resolve("new")).doesNotExist();
  }

  @Test
  void nothingButTheResultsStaysInTheOutput() throws Exception {
    Files.writeString(
        input.resolve("observations/a.jsonl"),
        SampleLines.log("l1", "2026-01-01T00:00:01Z", "noise"));
    run();

    try (Stream<Path> files = Files.list(output)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .allMatch(name -> name.matches("(predictions|dead-letters)-\\d{5}-of-\\d{5}\\.jsonl"));
    }
  }
}
