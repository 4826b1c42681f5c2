package dev.braid.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.bundle.Bundle;
import dev.braid.dataset.FittedFeaturizers;
import dev.braid.featurizer.Featurizer;
import dev.braid.featurizer.Featurizers;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrainCommandTest {
  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aTrainingWritesABundleAReportAndOneJsonObject() throws IOException {
    Path data = SmallWorld.write(directory.resolve("data"), 40);
    Path bundle = directory.resolve("bundle");
    int code =
        run(
            "train",
            "--data",
            data,
            "--bundle",
            bundle,
            "--epochs",
            2,
            "--batch",
            16,
            "--threads",
            1,
            "--json");
    assertThat(code).isZero();
    JsonNode result = JsonMapper.builder().build().readTree(out.toString());
    assertThat(result.get("digest").asText()).isEqualTo(Bundle.open(bundle).digest());
    assertThat(result.get("metrics").has("state.accuracy")).isTrue();
    assertThat(Files.readString(bundle.resolve("report.html")))
        .contains("Training of small-world")
        .contains("What &#39;state&#39; confuses");
  }

  @Test
  void featurizersThatWereFittedElsewhereAreTakenAsTheyAre() throws IOException {
    Path data = SmallWorld.write(directory.resolve("data"), 40);
    Spec spec = SpecYaml.read(data.resolve("spec.yaml"));
    Path fitted = directory.resolve("fitted");
    Files.createDirectories(fitted.resolve("featurizers"));
    Files.writeString(fitted.resolve(FittedFeaturizers.SPEC), SpecYaml.format(spec));
    Map<String, Featurizer> featurizers = FittedFeaturizers.fit(spec, data);
    for (String modality : spec.modalities().keySet()) {
      Files.writeString(
          fitted.resolve(FittedFeaturizers.file(modality)),
          Featurizers.toJson(featurizers.get(modality)));
    }
    String form = "{\"mean\":[2.5],\"deviation\":[3.0],\"categories\":{\"colour\":[\"b\"]}}";
    Files.writeString(fitted.resolve("featurizers/form.json"), form);
    Path bundle = directory.resolve("bundle");

    assertThat(train(data, bundle, fitted)).isZero();
    for (String modality : spec.modalities().keySet()) {
      assertThat(bundle.resolve(FittedFeaturizers.file(modality)))
          .hasSameBinaryContentAs(fitted.resolve(FittedFeaturizers.file(modality)));
    }

    Files.writeString(
        fitted.resolve(FittedFeaturizers.SPEC),
        SpecYaml.format(spec).replace("language: en", "language: any"));
    assertThat(train(data, bundle, fitted)).isEqualTo(1);
    assertThat(err.toString().lines().reduce((a, b) -> b).orElseThrow())
        .startsWith("braid: the featurizers at %s were fitted for 'word' as".formatted(fitted))
        .endsWith("fit them again");
    assertThat(train(data, bundle, directory)).isEqualTo(1);
    assertThat(err.toString().lines().reduce((a, b) -> b).orElseThrow())
        .isEqualTo(
            "braid: there are no featurizers at %s: fitted-spec.yaml is missing; 'braid fit' writes"
                    .formatted(directory)
                + " it");
  }

  private int train(Path data, Path bundle, Path fitted) {
    return run(
        "train",
        "--data",
        data,
        "--bundle",
        bundle,
        "--featurizers",
        fitted,
        "--epochs",
        1,
        "--batch",
        16,
        "--threads",
        1);
  }

  @Test
  void anEncoderThatCannotBeUsedIsOneLine() throws IOException {
    Path data = SmallWorld.write(directory.resolve("data"), 40);
    Path spec = data.resolve("spec.yaml");
    Files.writeString(
        spec, Files.readString(spec).replace("channels: 1}", "channels: 1, encoder: eye.onnx}"));
    assertThat(run("train", "--data", data, "--bundle", directory.resolve("b"))).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "braid: encoder 'eye.onnx' of modality 'eye': there is no file %s; the path is relative"
                    .formatted(data.resolve("eye.onnx"))
                + " to spec.yaml"
                + System.lineSeparator());
  }

  @Test
  void twoTrainingsWithOneSeedOnOneThreadWriteTheSameBundle() throws IOException {
    Path data = SmallWorld.write(directory.resolve("data"), 40);
    assertThat(digest(data, "first")).isEqualTo(digest(data, "second"));
  }

  @Test
  void aTrainingThatIsKilledAndResumedWritesTheBundleOfOneThatIsNot() throws Exception {
    Path data = SmallWorld.write(directory.resolve("data"), 40);
    Path bundle = directory.resolve("killed");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "train",
                "--data",
                data.toString(),
                "--bundle",
                bundle.toString(),
                "--epochs",
                "6",
                "--batch",
                "16",
                "--threads",
                "1")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader lines = process.errorReader()) {
      // An epoch is spoken of when its checkpoint is there.
      while (!String.valueOf(lines.readLine()).startsWith("fusion 1/6")) {
        assertThat(process.isAlive() || lines.ready()).isTrue();
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(bundle.resolve(Bundle.TRAINING).resolve("checkpoint")).exists();
    assertThat(bundle.resolve("manifest.json")).doesNotExist();
    String resumed = digest(data, "killed", "--epochs", 6, "--resume");
    assertThat(err.toString()).doesNotContain("begins anew");
    assertThat(bundle.resolve(Bundle.TRAINING)).doesNotExist();
    assertThat(resumed).isEqualTo(digest(data, "whole", "--epochs", 6));
  }

  @Test
  void aTrainingSaysWhetherThereIsOneToGoOnWith() throws IOException {
    Path data = SmallWorld.write(directory.resolve("data"), 40);
    digest(data, "bundle", "--epochs", 1, "--resume");
    assertThat(err.toString()).contains("there is no run to go on with; this one begins anew");
    Path work = directory.resolve("bundle").resolve(Bundle.TRAINING);
    Files.createDirectories(work);
    Files.writeString(work.resolve("checkpoint"), "of whatever");
    assertThat(run("train", "--data", data, "--bundle", directory.resolve("bundle"), "--resume"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("is not a checkpoint of this version of Braid");
    digest(data, "bundle", "--epochs", 1);
    assertThat(err.toString()).contains("a run was cut off here; this one begins anew");
    assertThat(work).doesNotExist();
  }

  @Test
  void aScratchDirectoryThatIsNotThereIsNamed() throws IOException {
    Path data = SmallWorld.write(directory.resolve("data"), 40);
    Path none = directory.resolve("none");
    assertThat(run("train", "--data", data, "--bundle", directory.resolve("b"), "--scratch", none))
        .isEqualTo(1);
    assertThat(err.toString())
        .startsWith("braid: " + none)
        .contains(": there is no such file or directory")
        .hasLineCount(1);
  }

  @Test
  void aMissingDataSetIsOneLine() {
    int code =
        run("train", "--data", directory.resolve("none"), "--bundle", directory.resolve("b"));
    assertThat(code).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("braid: there is no data set at ")
        .endsWith("'braid dataset' makes one" + System.lineSeparator())
        .hasLineCount(1);
  }

  @Test
  void aDirectoryThatIsNoBundleIsNotOverwritten() throws IOException {
    Path data = SmallWorld.write(directory.resolve("data"), 40);
    int code = run("train", "--data", data, "--bundle", data);
    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("holds something that is not a bundle").hasLineCount(1);
    assertThat(data.resolve("spec.yaml")).exists();
  }

  @Test
  void optionsOutOfRangeAreBadUsage() {
    assertThat(run("train", "--data", "d", "--bundle", directory, "--epochs", 0)).isEqualTo(2);
    assertThat(err.toString()).contains("epochs must be between 1 and 1000, but was: 0");
    assertThat(run("train", "--dota", "d")).isEqualTo(2);
  }

  /** The digest of the bundle that a training on one thread writes. */
  private String digest(Path data, String bundle, Object... more) {
    List<Object> arguments = new ArrayList<>();
    Collections.addAll(arguments, "train", "--data", data, "--bundle");
    Collections.addAll(arguments, directory.resolve(bundle), "--batch", 16, "--threads", 1);
    Collections.addAll(arguments, more.length == 0 ? new Object[] {"--epochs", 2} : more);
    assertThat(run(arguments.toArray())).isZero();
    return Bundle.open(directory.resolve(bundle)).digest();
  }

  private int run(Object... arguments) {
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = arguments[i].toString();
    }
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
  }
}
