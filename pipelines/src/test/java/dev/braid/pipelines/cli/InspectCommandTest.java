package dev.braid.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.braid.bundle.Bundle;
import dev.braid.bundle.GoldenRows;
import dev.braid.serving.TinyBundle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InspectCommandTest {
  @TempDir Path directory;

  @Test
  void standardOutputIsOneJsonObjectOfWhatIsInTheBundle() throws Exception {
    Bundle bundle = TinyBundle.write(directory);

    Shell shell = Shell.run("inspect", directory.toString(), "--json");

    assertThat(shell.code()).isZero();
    assertThat(shell.err()).isEmpty();
    JsonNode found = new ObjectMapper().readTree(shell.out());
    assertThat(found.get("name").textValue()).isEqualTo("tiny");
    assertThat(found.get("digest").textValue()).isEqualTo(bundle.digest());
    assertThat(found.get("precision").textValue()).isEqualTo("fp32");
    assertThat(found.at("/spec/modalities/camera/height").intValue()).isEqualTo(8);
    assertThat(found.get("models")).hasSize(5);
    assertThat(found.at("/models/0/name").textValue()).isEqualTo("vibration");
    assertThat(found.at("/models/0/parameters").longValue()).isEqualTo(30 * 3);
    assertThat(found.at("/models/0/parameterBytes").longValue()).isEqualTo(4 * 30 * 3);
    assertThat(found.at("/models/0/inputs/0/shape").toString()).isEqualTo("[-1,3,10]");
    assertThat(found.at("/models/4/name").textValue()).isEqualTo("fusion");
    assertThat(found.at("/provenance/seed").longValue()).isEqualTo(1);
    assertThat(found.at("/provenance/metrics/state").doubleValue()).isEqualTo(0.5);
    assertThat(found.get("files")).hasSize(bundle.manifest().files().size());
  }

  @Test
  void forPeopleItNamesModelsTasksAndFiles() {
    TinyBundle.write(directory);

    Shell shell = Shell.run("inspect", directory.toString());

    assertThat(shell.code()).isZero();
    assertThat(shell.out())
        .contains(
            "bundle      tiny (fp32)",
            "checked     14 files by digest, 5 models by shape and golden rows on cpu",
            "window      10s every 5s",
            "task        state: classification of calm, busy, broken",
            "task        health: regression",
            "  in        pixels FLOAT [-1, 1, 8, 8]",
            "metric      state 0.5000");
  }

  @Test
  void aBundleThatDoesNotReproduceItsGoldenRowsIsOneLine() {
    TinyBundle tiny = TinyBundle.ofSeed(1);
    Map<String, byte[]> files = tiny.files();
    GoldenRows golden =
        GoldenRows.parse(new String(files.get("golden/fusion.json"), StandardCharsets.UTF_8));
    golden.outputs().get(0)[3][1] += 0.01f;
    files.put("golden/fusion.json", golden.toJson().getBytes(StandardCharsets.UTF_8));
    tiny.write(directory, tiny.manifest("sha256:unknown"), files);

    Shell shell = Shell.run("inspect", directory.toString(), "--json");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err())
        .contains("fusion.onnx does not reproduce golden row 0: attention[1] must be");
    assertThat(shell.err().lines()).hasSize(1);
  }

  @Test
  void aChangedByteIsOneLine() throws Exception {
    TinyBundle.write(directory);
    Files.writeString(directory.resolve("featurizers/log.json"), "{}");

    Shell shell = Shell.run("inspect", directory.toString());

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err())
        .startsWith("braid: bundle ")
        .contains("featurizers/log.json was changed");
  }
}
