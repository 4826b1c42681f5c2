package dev.braid.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AblateCommandTest {
  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void variantsAreComparedOverSeedsInATableAPageAndAnObject() throws IOException {
    Path data = SmallWorld.write(directory.resolve("data"), 30);
    Path result = directory.resolve("ablation");
    assertThat(
            ablate(
                "--data=" + data,
                "--out=" + result,
                "--epochs=2",
                "--batch=8",
                "--threads=1",
                "--seeds=2",
                "--variants=full,no-fusion",
                "--json"))
        .isZero();
    JsonNode json = JsonMapper.builder().build().readTree(out.toString());
    assertThat(json.at("/variants/full/metrics/state.accuracy/mean").doubleValue())
        .isBetween(0.0, 1.0);
    assertThat(json.at("/variants/no-fusion/parameters").longValue())
        .isBetween(
            (long) (json.at("/variants/full/parameters").longValue() * 0.95),
            json.at("/variants/full/parameters").longValue());
    assertThat(json.get("runs")).hasSize(4);
    assertThat(json.at("/runs/1/variant").textValue()).isEqualTo("no-fusion");
    // 5 modalities, missing and degraded, in 4 shares of the scenes.
    assertThat(json.at("/runs/0/robustness")).hasSize(40);
    assertThat(Files.readString(result.resolve("ablation.json")).strip())
        .isEqualTo(out.toString().strip());
    assertThat(Files.readString(result.resolve("report.html")))
        .contains(
            "Ablation of small-world",
            "&#39;state&#39; with &#39;eye&#39; degraded",
            "What &#39;full&#39; looks at");
  }

  @Test
  void anUnknownVariantIsRefusedWithThoseThereAre() {
    assertThat(ablate("--data=" + directory, "--out=" + directory, "--variants=ful")).isEqualTo(2);
    assertThat(err.toString())
        .contains("no variant 'ful'; there is full, no-attention, no-fusion, gmu, concat");
  }

  private int ablate(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "ablate";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), all);
  }
}
