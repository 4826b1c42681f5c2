package dev.braid.pipelines.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.bundle.Bundle;
import dev.braid.observation.Blobs;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import dev.braid.pipelines.io.ResultFiles;
import dev.braid.serving.TinyBundle;
import dev.braid.spec.SpecYaml;
import dev.braid.transforms.fuse.Prediction;
import dev.braid.transforms.observation.DeadLetter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptions;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a bounded run must do on every engine. Each engine's module has one test that extends this.
 */
public abstract class AnalysisContract {
  @TempDir Path directory;
  Path bundle;
  Path input;
  Path output;
  Bundle opened;

  /** The engine that is held to this contract. */
  protected abstract Engine engine();

  @BeforeEach
  final void makeBundle() throws IOException {
    bundle = directory.resolve("bundle");
    input = directory.resolve("input");
    output = directory.resolve("new/output");
    opened = TinyBundle.write(bundle);
    Files.createDirectories(input.resolve("observations"));
    Files.createDirectories(input.resolve("blobs"));
  }

  @Test
  void predictionsAreThoseOfTheOracle() throws Exception {
    Files.write(input.resolve("blobs/0.png"), SampleLines.png(0));
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    // From before 1970 to after it, three entities, modalities that come and go.
    for (int i = 0; i < 300; i++) {
      (i % 2 == 0 ? first : second).add(SampleLines.observation(i));
    }
    second.add(first.get(0));
    second.add(first.get(7));
    Files.write(input.resolve("observations/a.jsonl"), first);
    Files.write(input.resolve("observations/b.jsonl.gz"), SampleLines.gzip(second));

    AnalysisReport report = run();

    Map<String, Oracle.Expected> expected = expected(first, second);
    Map<String, Prediction> found = predictions();
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (key, scene) -> {
          assertThat(found.get(key).getPresent()).as(key).isEqualTo(scene.present());
          assertThat(found.get(key).getAnswer())
              .as(key)
              .usingRecursiveComparison()
              .withEqualsForType((a, b) -> Math.abs(a - b) <= 1e-4f, Float.class)
              .isEqualTo(scene.answer());
        });
    assertThat(ResultFiles.deadLetters(output)).isEmpty();
    assertThat(report.observations()).isEqualTo(302);
    assertThat(report.predictions()).isEqualTo(expected.size());
    assertThat(report.deadLetters()).isZero();
    assertThat(report.duplicates()).isEqualTo(4); // Two observations in two windows each.
    // 302 observations of four modalities in one or two bundles: never one call an observation.
    assertThat(report.encoderCalls()).isBetween(4L, 16L);
    assertThat(report.digest()).isEqualTo(opened.digest());
    Prediction one = found.values().iterator().next();
    assertThat(one.getModel().digest()).isEqualTo(opened.digest());
    assertThat(one.getRevision()).isZero();
    assertThat(one.isFinal()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{count: 7, every: 3}", "{gap: 3s}"})
  void predictionsInWindowsByCountAndSessionsAreThoseOfTheOracle(String window) throws Exception {
    Files.write(input.resolve("blobs/0.png"), SampleLines.png(0));
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      if (i / 3 % 5 != 4) { // A pause of five seconds in each entity's stream.
        (i % 2 == 0 ? first : second).add(SampleLines.observation(299 - i));
      }
    }
    second.add(first.get(0));
    Files.write(input.resolve("observations/a.jsonl"), first);
    Files.write(input.resolve("observations/b.jsonl.gz"), SampleLines.gzip(second));
    Path spec = directory.resolve("spec.yaml");
    Files.writeString(spec, TinyBundle.SPEC_YAML.replaceFirst("window: .*", "window: " + window));

    Engine engine = engine();
    AnalysisReport report =
        new AnalysisRun(bundle, input, output, false)
            .withSpec(spec)
            .run(engine, Engines.options(engine, PipelineOptions.class, List.of()));

    Map<String, Oracle.Expected> expected =
        new Oracle(TinyBundle.ofSeed(1), SpecYaml.read(spec), opened.widths(), Blobs.below(input))
            .answer(Stream.concat(first.stream(), second.stream()).toList());
    Map<String, Prediction> found = new TreeMap<>();
    for (Prediction prediction : ResultFiles.predictions(output)) {
      String id = prediction.getId();
      found.put(id.substring(0, id.lastIndexOf('|')), prediction);
      assertThat(prediction.getRevision()).as(id).isZero();
      assertThat(prediction.isFinal()).as(id).isTrue();
    }
    assertThat(found.keySet()).isEqualTo(expected.keySet()).hasSizeGreaterThan(50);
    assertThat(report.predictions()).isEqualTo(expected.size());
    assertThat(report.duplicates()).isEqualTo(1);
    expected.forEach(
        (key, scene) -> {
          assertThat(found.get(key).getWindowStart()).as(key).isEqualTo(scene.start());
          assertThat(found.get(key).getWindowEnd()).as(key).isEqualTo(scene.end());
          assertThat(found.get(key).getPresent()).as(key).isEqualTo(scene.present());
          assertThat(found.get(key).getAnswer())
              .as(key)
              .usingRecursiveComparison()
              .withEqualsForType((a, b) -> Math.abs(a - b) <= 1e-4f, Float.class)
              .isEqualTo(scene.answer());
        });
    assertThat(ResultFiles.deadLetters(output)).isEmpty();
  }

  @Test
  void everyBadInputIsOneDeadLetterAndTheRestIsAnswered() throws Exception {
    Files.writeString(directory.resolve("secret.png"), "secret");
    Files.writeString(input.resolve("blobs/broken.png"), "this is no picture");
    String good = SampleLines.log("good", "2026-01-01T00:00:01Z", "pump noise");
    List<String> bad =
        List.of(
            good.substring(0, good.length() - 9),
            good.replace("\"log\"", "\"thermometer\""),
            good.replace("2026-01-01T00:00:01Z", "half past nine"),
            SampleLines.reference("c1", "blobs/broken.png"),
            SampleLines.reference("c2", "../secret.png"),
            SampleLines.reference("c3", "http://example.org/x.png"),
            SampleLines.log("blank", "2026-01-01T00:00:01Z", " "),
            "[]");
    List<String> lines = new ArrayList<>(bad);
    lines.add(4, good);
    Files.write(input.resolve("observations/a.jsonl"), lines);

    AnalysisReport report = run();

    assertThat(predictions().keySet()).isEqualTo(expected(List.of(good)).keySet());
    List<DeadLetter> letters = ResultFiles.deadLetters(output);
    assertThat(letters).extracting(DeadLetter::getReason).doesNotContainNull();
    assertThat(letters)
        .extracting(DeadLetter::getStep, DeadLetter::getId)
        .containsExactlyInAnyOrder(
            Tuple.tuple("ParseObservations", "good"),
            Tuple.tuple("ParseObservations", "good"),
            Tuple.tuple("ParseObservations", "good"),
            Tuple.tuple("ParseObservations", null),
            Tuple.tuple("CleanObservations", "blank"),
            Tuple.tuple("EncodeObservations", "c1"),
            Tuple.tuple("EncodeObservations", "c2"),
            Tuple.tuple("EncodeObservations", "c3"));
    assertThat(letters).extracting(DeadLetter::getInput).containsAll(bad);
    assertThat(letters)
        .filteredOn(letter -> letter.getStep().equals("EncodeObservations"))
        .extracting(DeadLetter::getModelDigest)
        .containsOnly(opened.digest());
    assertThat(report.observations()).isEqualTo(9);
    assertThat(report.deadLetters()).isEqualTo(8);
  }

  @Test
  void ofACompressedFileThatIsCutShortTheReadableLinesAreAnsweredAndTheDamageIsReported()
      throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      lines.add(SampleLines.log("l" + i, "2026-01-01T00:00:01Z", "noise " + i * 7919 % 5000));
    }
    byte[] whole = SampleLines.gzip(lines);
    Files.write(input.resolve("observations/a.jsonl.gz"), Arrays.copyOf(whole, whole.length / 2));

    AnalysisReport report = run();

    assertThat(report.observations()).isBetween(1_000L, 4_000L);
    assertThat(report.predictions()).isEqualTo(2);
    List<DeadLetter> letters = ResultFiles.deadLetters(output);
    assertThat(letters)
        .filteredOn(letter -> letter.getStep().equals("ReadObservations"))
        .extracting(DeadLetter::getReason)
        .containsExactly(
            "observations/a.jsonl.gz: the gzip data are cut short or broken: Unexpected end of"
                + " ZLIB input stream; %d lines before that were read"
                    .formatted(report.observations()));
    // The line where the data end is cut as well, unless they end with a line.
    assertThat(letters).hasSizeBetween(1, 2);
  }

  /** Runs with the engine's own defaults. */
  final AnalysisReport run() {
    return run(false);
  }

  final AnalysisReport run(boolean overwrite) {
    Engine engine = engine();
    return new AnalysisRun(bundle, input, output, overwrite)
        .run(engine, Engines.options(engine, PipelineOptions.class, List.of()));
  }

  @SafeVarargs
  private Map<String, Oracle.Expected> expected(List<String>... files) {
    List<String> lines = new ArrayList<>();
    for (List<String> file : files) {
      lines.addAll(file);
    }
    return new Oracle(TinyBundle.ofSeed(1), opened.widths(), Blobs.below(input)).answer(lines);
  }

  final Map<String, Prediction> predictions() throws IOException {
    Map<String, Prediction> byKey = new TreeMap<>();
    for (Prediction prediction : ResultFiles.predictions(output)) {
      Prediction other =
          byKey.put(prediction.getEntity() + "|" + prediction.getWindowEnd(), prediction);
      assertThat(other).as("one prediction for each entity and window").isNull();
    }
    return byKey;
  }
}
