package dev.braid.pipelines.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.braid.dataset.Dataset;
import dev.braid.dataset.Split;
import dev.braid.serving.ModelServer;
import dev.braid.serving.ServingOptions;
import dev.braid.serving.TinyBundle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvaluationTest {
  @TempDir Path directory;

  private Evaluation.Result evaluate(Dataset data, Map<String, Double> drop, int threads)
      throws Exception {
    return evaluate(data, new EvaluationOptions(null, drop, 1, threads));
  }

  private Evaluation.Result evaluate(Dataset data, EvaluationOptions options) throws Exception {
    Path bundle = directory.resolve("bundle");
    TinyBundle.write(bundle);
    try (ModelServer.Lease lease = ModelServer.lease(bundle, ServingOptions.defaults())) {
      return Evaluation.run(lease.server(), data, options, done -> {});
    }
  }

  private Path data() {
    return directory.resolve("data");
  }

  @Test
  void answersThatAreRightScoreOne() throws Exception {
    Evaluation.Result result = evaluate(TinyDataset.ofMachines(3).write(data()), Map.of(), 2);

    assertThat(result.scorer().scenes()).isEqualTo(9);
    assertThat(result.unanswered()).isZero();
    assertThat(result.rejected()).isEmpty();
    assertThat(result.scorer().tasks().get("state"))
        .containsEntry("accuracy", 1.0)
        .containsEntry("macroF1", 1.0)
        .containsKey("ece");
    assertThat(result.scorer().tasks().get("health").get("mae")).isCloseTo(0, within(1e-5));
    assertThat(result.scorer().tasks().get("health").get("r2")).isCloseTo(1, within(1e-5));
    assertThat(result.scorer().present())
        .isEqualTo(Map.of("vibration", 1.0, "log", 1.0, "order", 1.0, "camera", 1.0));
  }

  @Test
  void aBundleWithAnEncoderThatTheUserBroughtAnswersTheSameDataSet() throws Exception {
    Path bundle = directory.resolve("bundle");
    TinyBundle.writeWithOwnCamera(bundle);
    try (ModelServer.Lease lease = ModelServer.lease(bundle, ServingOptions.defaults())) {
      Evaluation.Result result =
          Evaluation.run(
              lease.server(),
              TinyDataset.ofMachines(3).write(data()),
              new EvaluationOptions(null, Map.of(), 1, 2),
              done -> {});
      assertThat(result.scorer().scenes()).isEqualTo(9);
      assertThat(result.scorer().tasks().get("state")).containsEntry("accuracy", 1.0);
    }
  }

  @Test
  void oneWrongAnswerOfNineScoresEightNinths() throws Exception {
    Evaluation.Result result =
        evaluate(TinyDataset.ofMachines(3).withOneWrongState().write(data()), Map.of(), 2);

    assertThat(result.scorer().tasks().get("state")).containsEntry("accuracy", 8.0 / 9);
  }

  @Test
  void onlyTheScenesOfTheSplitAreAnswered() throws Exception {
    Evaluation.Result result =
        evaluate(
            TinyDataset.ofMachines(3).write(data()),
            new EvaluationOptions(Split.TEST, Map.of(), 1, 1));

    assertThat(result.scorer().scenes()).isEqualTo(3);
  }

  @Test
  void anObservationThatIsBrokenIsRejectedOnceAlthoughTwoWindowsHoldIt() throws Exception {
    Dataset data =
        TinyDataset.ofMachines(2)
            .withLine(
                "{\"id\":\"bad\",\"entity\":\"m0\",\"modality\":\"camera\","
                    + "\"time\":\"2026-01-01T00:00:07Z\",\"contentType\":\"image/png\","
                    + "\"base64\":\"AAAA\"}")
            .write(data());

    Evaluation.Result result = evaluate(data, Map.of(), 1);

    assertThat(result.rejected()).hasSize(1);
    assertThat(result.rejected().get(0)).startsWith("camera bad of m0: ");
    assertThat(result.scorer().tasks().get("state")).containsEntry("accuracy", 1.0);
  }

  @Test
  void anObservationThatTheModelRefusesIsRejected() throws Exception {
    Dataset data =
        TinyDataset.ofMachines(2)
            .withLine(
                "{\"id\":\"new\",\"entity\":\"m0\",\"modality\":\"log\","
                    + "\"time\":\"2026-01-01T00:00:07Z\",\"text\":\"smoke\"}")
            .write(data());
    TinyBundle tiny = TinyBundle.ofSeed(1);
    Map<String, byte[]> files = tiny.files();
    // One term more than the encoder has vectors for.
    String state = new String(files.get("featurizers/log.json"), StandardCharsets.UTF_8);
    state = state.replace("\"quiet\"]", "\"quiet\",\"smoke\"]").replace("1.0]", "1.0,1.0]");
    files.put("featurizers/log.json", state.getBytes(StandardCharsets.UTF_8));
    Path bundle = directory.resolve("bundle");
    tiny.write(bundle, tiny.manifest("sha256:unknown"), files);

    Evaluation.Result result;
    try (ModelServer.Lease lease = ModelServer.lease(bundle, ServingOptions.defaults())) {
      result =
          Evaluation.run(
              lease.server(), data, new EvaluationOptions(null, Map.of(), 1, 1), done -> {});
    }

    assertThat(result.rejected()).hasSize(1);
    assertThat(result.rejected().get(0)).startsWith("log new of m0: encoder 'log' of sha256:");
    assertThat(result.scorer().tasks().get("state")).containsEntry("accuracy", 1.0);
  }

  @Test
  void linesThatAreNoObservationsAreCountedAsRejected() throws Exception {
    Dataset data = TinyDataset.ofMachines(2).withLine("{\"id\":\"cut").write(data());

    assertThat(evaluate(data, Map.of(), 1).rejected())
        .singleElement()
        .asString()
        .startsWith("observations/all.jsonl:41: not valid JSON");
  }

  @Test
  void aDroppedModalityIsGone() throws Exception {
    Evaluation.Result result =
        evaluate(TinyDataset.ofMachines(2).write(data()), Map.of("camera", 1.0), 1);

    assertThat(result.scorer().present())
        .isEqualTo(Map.of("vibration", 1.0, "log", 1.0, "order", 1.0, "camera", 0.0));
  }

  @Test
  void theLastModalityOfASceneStays() throws Exception {
    Map<String, Double> all = Map.of("vibration", 1.0, "log", 1.0, "order", 1.0, "camera", 1.0);

    Evaluation.Result result = evaluate(TinyDataset.ofMachines(2).write(data()), all, 1);

    assertThat(result.scorer().scenes()).isEqualTo(6);
    assertThat(result.scorer().present())
        .isEqualTo(Map.of("vibration", 0.0, "log", 0.0, "order", 0.0, "camera", 1.0));
  }

  @Test
  void dropsDependOnTheSeedAndNotOnTheThreads() throws Exception {
    Dataset data = TinyDataset.ofMachines(60).write(data());
    Map<String, Double> drop = Map.of("log", 0.25, "camera", 0.5);

    Evaluation.Result one = evaluate(data, drop, 1);
    Evaluation.Result four = evaluate(data, drop, 4);
    Evaluation.Result other = evaluate(data, new EvaluationOptions(null, drop, 2, 1));

    assertThat(four.scorer().present()).isEqualTo(one.scorer().present());
    assertThat(four.scorer().tasks()).isEqualTo(one.scorer().tasks());
    assertThat(other.scorer().present()).isNotEqualTo(one.scorer().present());
    assertThat(one.scorer().present().get("log")).isCloseTo(0.75, within(0.1));
    assertThat(one.scorer().present().get("camera")).isCloseTo(0.5, within(0.1));
  }

  @Test
  void progressEndsWithTheNumberOfScenes() throws Exception {
    Path bundle = directory.resolve("bundle");
    TinyBundle.write(bundle);
    List<Integer> progress = new ArrayList<>();
    try (ModelServer.Lease lease = ModelServer.lease(bundle, ServingOptions.defaults())) {
      Evaluation.run(
          lease.server(),
          TinyDataset.ofMachines(50).write(data()),
          new EvaluationOptions(null, Map.of(), 1, 2),
          progress::add);
    }

    assertThat(progress).containsExactly(66, 132, 150);
  }

  @Test
  void aDataSetOfOtherModalitiesIsRefused() throws Exception {
    TinyDataset.ofMachines(1).write(data());
    Files.writeString(
        data().resolve("spec.yaml"), TinyBundle.SPEC_YAML.replace("rateHz: 10", "rateHz: 20"));
    Dataset data = Dataset.open(data());

    assertThatThrownBy(() -> evaluate(data, Map.of(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the data set has the modality 'vibration' as Sensor[");
  }
}
