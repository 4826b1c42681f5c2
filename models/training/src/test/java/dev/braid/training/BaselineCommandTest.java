package dev.braid.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BaselineCommandTest {
  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void standardOutputIsOneJsonObject() throws IOException {
    String data = SmallWorld.write(directory.resolve("data"), 40).toString();

    assertThat(run("baseline", "--data", data, "--trees", "5", "--json")).isZero();

    assertThat(out.toString().lines()).hasSize(1);
    JsonNode result = JsonMapper.builder().build().readTree(out.toString());
    assertThat(result.get("method").textValue()).isEqualTo("random forest");
    assertThat(result.get("split").textValue()).isEqualTo("test");
    assertThat(result.get("scenes").intValue()).isEqualTo(4);
    assertThat(result.at("/tasks/state/accuracy").isDouble()).isTrue();
    assertThat(result.at("/tasks/degrees/rmse").isDouble()).isTrue();
    assertThat(err.toString()).startsWith(data + ": 32 scenes to train on, 4 to judge (test), ");
  }

  @Test
  void aMissingDataSetIsOneLine() {
    assertThat(run("baseline", "--data", directory.resolve("none").toString())).isEqualTo(1);
    assertThat(err.toString()).startsWith("braid: there is no data set at ").hasLineCount(1);
  }

  @Test
  void aForestWithoutTreesIsBadUsage() {
    assertThat(run("baseline", "--data", "d", "--trees", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--trees must be between 1 and 10000, but was: 0");
  }

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }
}
