package dev.braid.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.it.BraidProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream whose driver is a process of a real Spark cluster, which nobody looks after. */
@Tag("full")
final class SparkDetachedIT {
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final String NAME = "detached";

  @TempDir private static Path directory;

  @Test
  void itsDriverIsKilledAndTheClusterStartsItAgainFromItsCheckpoint() throws Exception {
    try (SparkRig rig = new SparkRig(directory, 600)) {
      rig.createTopics(NAME);
      BraidProcess.Result submitted =
          BraidProcess.run("spark", rig.arguments(NAME, "--detached", "--json").toArray());
      assertThat(submitted.code()).as(submitted.err()).isZero();
      JsonNode job = JsonMapper.builder().build().readTree(submitted.out());
      assertThat(job.path("job").asText()).startsWith("app-");
      assertThat(job.path("url").asText()).startsWith("http://");
      long first = driver(rig);
      try (SteadyProducer producer = rig.produce(NAME);
          PublishedPredictions predictions = rig.predictions(NAME)) {
        int third = rig.observations.expected().size() / 3;
        Await.until(
            "a third of the windows is answered", LIMIT, () -> predictions.count() >= third);

        ProcessHandle.of(first).orElseThrow().destroyForcibly();

        producer.awaitEnd();
        int compared = predictions.awaitAll(rig.observations.expected(), false, LIMIT);
        System.out.printf(
            "%s: %d windows are the oracle's, %d answered again%n",
            NAME, compared, predictions.repeatedCount());
        assertThat(driver(rig)).isNotEqualTo(first);
      }

      BraidProcess.Result other =
          BraidProcess.run(
              "spark", rig.arguments(NAME, "--detached", "--out-of-orderness=7s").toArray());
      assertThat(other.code()).isEqualTo(1);
      assertThat(other.out()).isEmpty();
      assertThat(other.err())
          .contains(
              "is of another run: --out-of-orderness was PT5S and is PT7S; start it as it was");
    }
  }

  /** The process id of the one driver that the workers have. */
  private static long driver(SparkRig rig) {
    List<Long> drivers =
        Stream.of(0, 1)
            .flatMap(worker -> ProcessHandle.of(rig.spark.workerPid(worker)).stream())
            .flatMap(ProcessHandle::descendants)
            .map(ProcessHandle::pid)
            .filter(SparkDetachedIT::isDriver)
            .toList();
    assertThat(drivers).hasSize(1);
    return drivers.get(0);
  }

  private static boolean isDriver(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline")).contains("DriverWrapper");
    } catch (IOException e) {
      return false; // It has ended.
    }
  }
}
