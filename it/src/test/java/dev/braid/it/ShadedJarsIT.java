package dev.braid.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.bundle.Bundle;
import dev.braid.dataset.FittedFeaturizers;
import dev.braid.pipelines.io.ResultFiles;
import dev.braid.scene.Answer;
import dev.braid.transforms.fuse.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The jars as they are shipped, each in a process of its own: the same simulated plant gives the
 * same predictions on every engine, and {@code evaluate} scores what {@code run} predicts.
 */
final class ShadedJarsIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Path BUNDLE =
      Path.of("..", "pipelines", "src", "main", "resources", "bundles", "plant");

  @TempDir private static Path directory;

  private static Path data;
  private static Map<String, Prediction> direct;

  @BeforeAll
  static void simulateAndRunOnDirect() throws Exception {
    data = directory.resolve("data");
    // Two machines for twenty minutes, on a seed that nothing was trained on.
    BraidProcess.Result made =
        BraidProcess.run(
            "direct", "dataset", "plant", "--seed", 4711, "--scenes", 78, "--out", data);
    assertThat(made.code()).as(made.err()).isZero();
    direct = run("direct");
  }

  @Test
  void everyWindowOfEveryMachineIsAnsweredOnce() {
    // Windows of 60 s every 5 s over 20 minutes: 240 that begin inside, 11 that begin before.
    assertThat(direct).hasSize(2 * 251);
  }

  @ParameterizedTest
  @ValueSource(strings = {"flink", "spark"})
  void anEngineAnswersAsDirectDoes(String engine) throws Exception {
    Map<String, Prediction> found = run(engine);
    assertThat(found.keySet()).isEqualTo(direct.keySet());
    direct.forEach(
        (id, expected) -> {
          assertThat(found.get(id).getPresent()).as(id).isEqualTo(expected.getPresent());
          assertThat(found.get(id).getAnswer())
              .as(id)
              .usingRecursiveComparison()
              .withEqualsForType((a, b) -> Math.abs(a - b) <= 1e-4f, Float.class)
              .isEqualTo(expected.getAnswer());
        });
  }

  @Test
  void everyEngineFitsTheSameFeaturizersToTheByte() throws Exception {
    Map<String, String> expected = fit("direct");
    assertThat(expected.get("log")).contains("\"terms\":[\"");
    assertThat(fit("flink")).isEqualTo(expected);
    assertThat(fit("spark")).isEqualTo(expected);
  }

  @Test
  void evaluateScoresWhatRunPredicts() throws Exception {
    BraidProcess.Result evaluated =
        BraidProcess.run(
            "direct", "evaluate", "--bundle", BUNDLE, "--data", data, "--split", "all", "--json");
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    JsonNode report = JSON.readTree(evaluated.out());
    Map<String, String> answers = new HashMap<>();
    direct
        .values()
        .forEach(
            p ->
                answers.put(
                    p.getEntity() + "|" + p.getWindowEnd(),
                    ((Answer.Classified) p.getAnswer().tasks().get("state")).label()));
    int scenes = 0;
    int right = 0;
    for (String line : Files.readAllLines(data.resolve("labels.jsonl"))) {
      JsonNode label = JSON.readTree(line);
      if (label.get("task").asText().equals("state")) {
        scenes++;
        String key = label.get("entity").asText() + "|" + label.get("end").asText();
        right += label.get("value").asText().equals(answers.get(key)) ? 1 : 0;
      }
    }
    assertThat(report.get("scenes").asInt()).isEqualTo(scenes);
    assertThat(report.at("/tasks/state/accuracy").asDouble())
        .isCloseTo((double) right / scenes, Offset.offset(1e-9));
    assertThat(report.get("digest").asText()).isEqualTo(Bundle.open(BUNDLE).digest());
  }

  @ParameterizedTest
  @ValueSource(strings = {"direct", "flink", "spark"})
  void aMissingBundleIsOneLineAndExitCodeOne(String engine) throws Exception {
    BraidProcess.Result result =
        BraidProcess.run(
            engine,
            "run",
            "--runner",
            engine,
            "--bundle",
            directory.resolve("none"),
            "--input",
            data,
            "--output",
            directory.resolve("nothing"));
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("there is no manifest.json").hasLineCount(1);
    assertThat(directory.resolve("nothing")).doesNotExist();
  }

  /** Some releases of ONNX Runtime die of it; the workers of Flink and Spark have such lines. */
  @Test
  void aVeryLongCommandLineDoesNotKillTheModelRuntime() throws Exception {
    BraidProcess.Result result =
        BraidProcess.run(
            "direct", List.of("-Dpadding=" + "x".repeat(30_000)), "inspect", BUNDLE, "--json");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(JSON.readTree(result.out()).get("digest").asText())
        .isEqualTo(Bundle.open(BUNDLE).digest());
  }

  @Test
  void anUnknownOptionIsExitCodeTwo() throws Exception {
    BraidProcess.Result result = BraidProcess.run("direct", "run", "--bumdle", BUNDLE);
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
  }

  private static Map<String, String> fit(String engine) throws Exception {
    Path output = directory.resolve("fit-" + engine);
    BraidProcess.Result result =
        BraidProcess.run(
            engine, "fit", "--runner", engine, "--data", data, "--out", output, "--json");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(JSON.readTree(result.out()).get("fitted").asInt()).isPositive();
    Map<String, String> states = new TreeMap<>();
    for (String modality : Bundle.open(BUNDLE).spec().modalities().keySet()) {
      states.put(modality, Files.readString(output.resolve(FittedFeaturizers.file(modality))));
    }
    return states;
  }

  private static Map<String, Prediction> run(String engine)
      throws IOException, InterruptedException {
    Path output = directory.resolve("out-" + engine);
    BraidProcess.Result result =
        BraidProcess.run(
            engine,
            "run",
            "--runner",
            engine,
            "--bundle",
            BUNDLE,
            "--input",
            data,
            "--output",
            output,
            "--json");
    assertThat(result.code()).as(result.err()).isZero();
    Map<String, Prediction> byId = new TreeMap<>();
    List<Prediction> predictions = ResultFiles.predictions(output);
    predictions.forEach(p -> byId.put(p.getId(), p));
    assertThat(byId).as("ids are unique").hasSameSizeAs(predictions);
    assertThat(JSON.readTree(result.out()).get("predictions").asInt()).isEqualTo(byId.size());
    return byId;
  }
}
