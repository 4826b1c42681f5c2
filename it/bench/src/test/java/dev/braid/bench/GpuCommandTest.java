package dev.braid.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class GpuCommandTest {
  /** What the NVIDIA driver shows of itself on Linux. */
  private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int bench(String... arguments) {
    List<String> all = new ArrayList<>(List.of("bench", "gpu"));
    all.addAll(List.of(arguments));
    return Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
  }

  @Test
  void withoutAGpuItSaysThatItDidNotRunAndWhy() throws Exception {
    assumeFalse(Files.exists(DRIVER), "this machine has an NVIDIA GPU");

    assertThat(bench("--json")).isZero();
    JsonNode object = JsonMapper.builder().build().readTree(out.toString());
    assertThat(object.get("ran").asBoolean(true)).isFalse();
    assertThat(object.get("reason").asText()).startsWith("device 'cuda:0' cannot be opened: ");
    assertThat(object.get("rows")).isEmpty();

    out.getBuffer().setLength(0);
    assertThat(bench()).isZero();
    assertThat(out.toString())
        .startsWith("did not run: device 'cuda:0' cannot be opened: ")
        .hasLineCount(1);
  }

  @Test
  void theCpuHeldToItselfGoesThroughAllOfIt() throws Exception {
    assertThat(
            bench(
                "--device=cpu",
                "--nets=tiny",
                "--seconds=0.05",
                "--warm-up=0.05",
                "--rounds=2",
                "--json"))
        .isZero();

    JsonNode object = JsonMapper.builder().build().readTree(out.toString());
    assertThat(object.get("ran").asBoolean()).isTrue();
    assertThat(object.get("reason").isNull()).isTrue();
    Map<String, Integer> parts = new TreeMap<>();
    for (JsonNode row : object.get("rows")) {
      parts.merge(row.get("part").asText(), 1, Integer::sum);
      assertThat(row.get("rowsPerSecond").get("least").asDouble()).isPositive();
      assertThat(row.get("refused").isNull()).isTrue();
      int rows = row.get("rowsPerCall").asInt();
      if (row.get("joined").asBoolean()) {
        assertThat(row.get("rowsPerRun").asDouble()).isGreaterThanOrEqualTo(rows);
      } else {
        assertThat(row.get("rowsPerRun").asDouble()).isEqualTo(rows);
      }
    }
    // 8 sizes; 4 numbers of threads, with few and many rows, joined or not; 4 limits.
    assertThat(parts).isEqualTo(Map.of("batch", 8, "memory", 4, "sessions", 2, "threads", 16));
  }

  @Test
  void aDeviceThatItCannotHoldToTheCpuIsBadUsage() {
    assertThat(bench("--device", "tensorrt")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("braid bench gpu: --device must be cuda, cuda:N or cpu, but was: tensorrt");
  }
}
