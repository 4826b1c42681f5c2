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

final class CompressCommandTest {
  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void aBundleIsCompressedIntoABundleAReportAndOneJsonObject() throws IOException {
    Path data = SmallWorld.write(directory.resolve("data"), 40);
    Path bundle = directory.resolve("bundle");
    run("train", "--data", data, "--bundle", bundle, "--epochs", 1, "--threads", 1);
    out.getBuffer().setLength(0);
    Path small = directory.resolve("small");
    int code =
        run(
            "compress",
            "--bundle",
            bundle,
            "--data",
            data,
            "--out",
            small,
            "--int8",
            "--fp16",
            "--max-drop",
            1,
            "--json");
    assertThat(code).isZero();
    JsonNode result = JsonMapper.builder().build().readTree(out.toString());
    assertThat(result.get("digest").asText()).isEqualTo(Bundle.open(small).digest());
    assertThat(result.get("source").asText()).isEqualTo(Bundle.open(bundle).digest());
    assertThat(result.get("modelBytes").get("ratio").asDouble()).isBetween(0.2, 0.4);
    assertThat(result.get("stages")).hasSize(4);
    assertThat(result.get("stages").get(3).get("step").asText()).isEqualTo("fp16 where not int8");
    assertThat(Files.readString(small.resolve("report.html")))
        .contains("Compression of small-world");
  }

  @Test
  void nothingToDoIsBadUsage() {
    assertThat(run("compress", "--bundle", "b", "--data", "d", "--out", directory)).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "braid compress: there is nothing to do: name at least one of --prune, --int8 and --fp16")
        .endsWith("See 'braid compress --help'.\n");
  }

  @Test
  void aShareOutOfRangeIsBadUsage() {
    int code = run("compress", "--bundle", "b", "--data", "d", "--out", directory, "--prune", 1.5);
    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).contains("prune must be between 0 and 0.9, but was: 1.5");
  }

  @Test
  void aMissingBundleIsOneLine() {
    Path none = directory.resolve("none");
    assertThat(run("compress", "--bundle", none, "--data", "d", "--out", directory, "--int8"))
        .isEqualTo(1);
    assertThat(err.toString()).contains("there is no manifest.json").hasLineCount(1);
  }

  private int run(Object... arguments) {
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = arguments[i].toString();
    }
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
  }
}
