package dev.braid.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.braid.bundle.Bundle;
import dev.braid.dataset.Dataset;
import dev.braid.pipelines.evaluate.TinyDataset;
import dev.braid.serving.TinyBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvaluateCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private Dataset data;
  private Bundle bundle;

  @BeforeEach
  void write() {
    data = TinyDataset.ofMachines(4).write(directory.resolve("data"));
    TinyBundle tiny = TinyBundle.ofSeed(1);
    bundle = tiny.write(directory.resolve("bundle"), tiny.manifest("sha256:other"), tiny.files());
  }

  private Shell evaluate(String... more) {
    List<String> args = new ArrayList<>();
    args.add("evaluate");
    args.add("--bundle");
    args.add(directory.resolve("bundle").toString());
    args.add("--data");
    args.add(directory.resolve("data").toString());
    args.addAll(List.of(more));
    return Shell.run(args.toArray(String[]::new));
  }

  @Test
  void standardOutputIsOneJsonObjectAndNothingElse() throws Exception {
    Shell shell = evaluate("--json");

    assertThat(shell.code()).isZero();
    assertThat(shell.out().lines()).hasSize(1);
    JsonNode report = JSON.readTree(shell.out());
    List<String> members = new ArrayList<>();
    report.fieldNames().forEachRemaining(members::add);
    assertThat(members).startsWith("scenes", "tasks", "present", "digest");
    assertThat(report.get("scenes").intValue()).isEqualTo(12);
    assertThat(report.at("/tasks/state/accuracy").doubleValue()).isEqualTo(1.0);
    assertThat(report.at("/tasks/state/macroF1").isDouble()).isTrue();
    assertThat(report.at("/tasks/state/ece").isDouble()).isTrue();
    assertThat(report.at("/tasks/health/mae").isDouble()).isTrue();
    assertThat(report.at("/tasks/health/rmse").isDouble()).isTrue();
    assertThat(report.at("/tasks/health/r2").isDouble()).isTrue();
    assertThat(report.at("/present/camera").doubleValue()).isEqualTo(1.0);
    assertThat(report.get("digest").textValue()).isEqualTo(bundle.digest());
  }

  @Test
  void aDeviceThatThereIsNotIsBadUsage() {
    Shell shell = evaluate("--device", "gpu");

    assertThat(shell.code()).isEqualTo(2);
    assertThat(shell.err())
        .startsWith("braid evaluate: --device must be 'cpu', 'cuda', 'cuda:N'")
        .contains("but was: 'gpu'");
  }

  @Test
  void aDeviceThatCannotBeOpenedIsOneLineThatSaysWhatItNeeds() {
    assumeFalse(Files.exists(Path.of("/proc/driver/nvidia/version")), "this machine has a GPU");

    Shell shell = evaluate("--device", "cuda:0");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err().lines()).hasSize(1);
    assertThat(shell.err())
        .startsWith("braid: device 'cuda:0' cannot be opened: ")
        .contains("an NVIDIA driver, CUDA 12 and cuDNN 9");
  }

  @Test
  void withoutJsonItIsATable() {
    Shell shell = evaluate();

    assertThat(shell.code()).isZero();
    assertThat(shell.out()).startsWith("12 scenes, bundle sha256:").contains("accuracy 1.0000");
  }

  @Test
  void anotherDataSetIsEvaluatedWhole() throws Exception {
    Shell shell = evaluate("--json");

    assertThat(JSON.readTree(shell.out()).get("split").textValue()).isEqualTo("all");
    assertThat(shell.err())
        .isEqualTo("evaluating the part 'all': the bundle was trained on another data set\n");
  }

  @Test
  void ofTheDataSetThatTheBundleWasTrainedOnOnlyTheTestPartIsEvaluated() throws Exception {
    TinyBundle tiny = TinyBundle.ofSeed(1);
    tiny.write(directory.resolve("bundle"), tiny.manifest(data.digest()), tiny.files());

    Shell shell = evaluate("--json");

    assertThat(JSON.readTree(shell.out()).get("split").textValue()).isEqualTo("test");
    assertThat(JSON.readTree(shell.out()).get("scenes").intValue()).isEqualTo(3);
    assertThat(shell.err())
        .isEqualTo(
            "evaluating the part 'test': the bundle was trained on the other parts of this data"
                + " set\n");
  }

  @Test
  void dropsTakeModalitiesOut() throws Exception {
    Shell shell = evaluate("--json", "--drop", "camera=1", "--drop", "log=1");

    JsonNode report = JSON.readTree(shell.out());
    assertThat(report.at("/present/camera").doubleValue()).isZero();
    assertThat(report.at("/present/log").doubleValue()).isZero();
    assertThat(report.at("/present/order").doubleValue()).isEqualTo(1.0);
    assertThat(report.at("/drop/camera").doubleValue()).isEqualTo(1.0);
  }

  @Test
  void aDropThatMakesNoSenseIsBadUsage() {
    assertThat(evaluate("--drop", "smell=0.5").code()).isEqualTo(2);
    assertThat(evaluate("--drop", "smell=0.5").err())
        .contains("--drop: the bundle has no modality 'smell'; known: vibration, log, order");
    assertThat(evaluate("--drop", "camera=1.5").code()).isEqualTo(2);
    assertThat(evaluate("--drop", "camera=often").code()).isEqualTo(2);
    assertThat(evaluate("--split", "some").code()).isEqualTo(2);
  }

  @Test
  void anEmptyPartIsOneLine() {
    Shell shell = evaluate("--split", "validation");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err()).contains("has no scene in its validation part; see --split");
  }

  @Test
  void rejectedObservationsAreShownAndCounted() throws Exception {
    data = TinyDataset.ofMachines(2).withLine("{\"id\":1}").write(directory.resolve("data"));

    Shell shell = evaluate("--json");

    assertThat(JSON.readTree(shell.out()).get("rejected").intValue()).isEqualTo(1);
    assertThat(shell.err()).contains("rejected: observations/all.jsonl:41: 'id' must be a string");
  }

  @Test
  void aMissingBundleIsOneLine() {
    Shell shell =
        Shell.run("evaluate", "--bundle", directory + "/none", "--data", directory + "/data");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err())
        .isEqualTo(
            "braid: bundle %s/none: there is no manifest.json; is this the directory that 'braid"
                    .formatted(directory)
                + " train' wrote?\n");
  }

  @Test
  void aMissingDataSetIsOneLine() {
    Shell shell =
        Shell.run("evaluate", "--bundle", directory + "/bundle", "--data", directory + "/none");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err())
        .isEqualTo(
            "braid: there is no data set at %s/none: spec.yaml is missing; 'braid dataset' makes"
                    .formatted(directory)
                + " one\n");
  }

  @Test
  void aChangedByteIsOneLine() throws Exception {
    Path model = directory.resolve("bundle/fusion.onnx");
    byte[] bytes = Files.readAllBytes(model);
    bytes[100] ^= 1;
    Files.write(model, bytes);

    Shell shell = evaluate("--json");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err()).contains("fusion.onnx was changed");
    assertThat(shell.err().lines()).hasSize(1);
  }

  @Test
  void aDataSetThatDoesNotFitIsOneLine() throws Exception {
    Files.writeString(
        directory.resolve("data/spec.yaml"),
        TinyBundle.SPEC_YAML.replace("channels: 2", "channels: 3"));

    Shell shell = evaluate("--json");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).contains("does not fit the bundle");
  }

  @Test
  void labelledAnomaliesAreHeldToTheBundleAndToAZScore() throws Exception {
    data = TinyDataset.ofMachines(4).withSplit("m2", "validation").write(directory.resolve("data"));
    Files.writeString(
        directory.resolve("data/anomalies.jsonl"),
        """
        {"entity":"m1","start":"2026-01-01T00:00:00Z","end":"2026-01-01T00:00:03Z"}
        """);

    Shell shell = evaluate("--json");

    JsonNode anomaly = JSON.readTree(shell.out()).get("anomaly");
    assertThat(anomaly.at("/braid/windows").intValue()).isEqualTo(1);
    assertThat(anomaly.at("/zScore/windows").intValue()).isEqualTo(1);
    assertThat(anomaly.at("/threshold").doubleValue())
        .isEqualTo(bundle.manifest().anomalyThreshold());
    assertThat(anomaly.at("/entities").size()).isEqualTo(4);
    int flagged = 0;
    for (JsonNode entity : anomaly.get("entities")) {
      flagged += entity.at("/braid/flagged").intValue();
    }
    assertThat(anomaly.at("/braid/flagged").intValue()).isEqualTo(flagged);
    assertThat(evaluate().out()).contains("z-score").contains("falseAlarms");
  }

  @Test
  void aDataSetWithoutLabelledAnomaliesSaysNothingOfThem() throws Exception {
    assertThat(JSON.readTree(evaluate("--json").out()).has("anomaly")).isFalse();
  }
}
