package dev.braid.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.bundle.Bundle;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

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

  private int run(Object... arguments) {
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = arguments[i].toString();
    }
    CommandLine command = Main.commandLine();
    command.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return command.execute(words);
  }
}
