package dev.braid.runners.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterCommandTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @AfterEach
  void endEverything() {
    braid("down");
  }

  @Test
  void upStatusAndDownOfAFlinkCluster() throws Exception {
    assertThat(braid("up", "flink", "--slots", "3", "--json")).isZero();
    JsonNode up = JSON.readTree(out.toString());
    assertThat(err.toString())
        .contains("the Flink cluster is up")
        .contains("./braid run --runner flink --flinkMaster " + up.get("address").asText())
        .contains("./braid cluster down flink");
    List<Long> pids = pids(up);
    assertThat(pids).hasSize(2).allMatch(ClusterCommandTest::isAlive);
    assertThat(
            Answers.isTrue(
                up.get("url").asText() + "/overview", o -> o.path("slots-total").asInt() == 3))
        .isTrue();

    assertThat(braid("up", "flink")).isZero();
    assertThat(err.toString()).contains("the Flink cluster is running already");
    assertThat(out.toString()).isEqualTo(up.get("address").asText() + System.lineSeparator());

    assertThat(braid("status", "--json")).isZero();
    assertThat(JSON.readTree(out.toString())).containsExactly(up);

    assertThat(braid("down", "flink")).isZero();
    assertThat(err.toString())
        .contains(
            "the Flink cluster is down; its data and logs stay in " + directory.resolve("flink"));
    assertThat(pids).noneMatch(ClusterCommandTest::isAlive);
    assertThat(braid("status")).isZero();
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("nothing is running");
  }

  @Test
  void aClusterThatLostAProcessIsReplacedWhole() throws Exception {
    assertThat(braid("up", "kafka", "--json")).isZero();
    long first = pids(JSON.readTree(out.toString())).get(0);
    ProcessHandle handle = ProcessHandle.of(first).orElseThrow();
    handle.destroyForcibly();
    handle.onExit().get();
    assertThat(braid("status")).isZero();
    assertThat(out.toString()).isEmpty();

    assertThat(braid("up", "kafka", "--json")).isZero();

    assertThat(pids(JSON.readTree(out.toString())).get(0)).isNotEqualTo(first);
    assertThat(braid("down")).isZero();
    assertThat(err.toString()).contains("the Kafka broker is down");
  }

  @Test
  void aProcessThatWasGivenAnOldIdIsLeftAlone() throws Exception {
    Process other = new ProcessBuilder("sleep", "60").start();
    try {
      Files.createDirectories(directory.resolve("kafka"));
      Files.writeString(
          directory.resolve("kafka/cluster.json"),
          """
          {"engine":"kafka","address":"127.0.0.1:1","url":null,
           "processes":[{"name":"broker","pid":%d,"started":"2026-01-01T00:00:00Z"}]}
          """
              .formatted(other.pid()));

      assertThat(braid("down", "kafka")).isZero();

      assertThat(err.toString()).contains("the Kafka broker was not running");
      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void badUsageIsExitCodeTwo() {
    assertThat(braid("up", "storm")).isEqualTo(2);
    assertThat(braid("up", "flink", "--slots", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("--slots must be at least 1, but was: 0");
    assertThat(braid("up", "kafka", "--slots", "1")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  private static List<Long> pids(JsonNode cluster) {
    List<Long> pids = new ArrayList<>();
    cluster.get("processes").forEach(process -> pids.add(process.get("pid").asLong()));
    return pids;
  }

  private int braid(String subcommand, String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> all = new ArrayList<>(List.of("cluster", subcommand));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--directory", directory.toString()));
    return Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
  }
}
