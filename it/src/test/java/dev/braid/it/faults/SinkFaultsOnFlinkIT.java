package dev.braid.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.io.postgres.RealPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files and tables that a real Flink cluster writes predictions to while something fails. At the
 * end every window has the oracle's answer, none is missing, and none is there twice.
 */
@Tag("full")
final class SinkFaultsOnFlinkIT {
  private static final int OBSERVATIONS = 900;
  private static final Duration LIMIT = Duration.ofMinutes(8);

  @TempDir private static Path directory;
  private static FaultRig rig;
  private static RealPostgres database;
  private static StreamedObservations observations;

  @BeforeAll
  static void start() throws Exception {
    database = RealPostgres.start(directory.resolve("database"));
    rig =
        new FaultRig(
            directory,
            2,
            Map.of(
                "taskmanager.numberOfTaskSlots", "3", "cluster.evenly-spread-out-slots", "true"));
    observations = rig.observations(OBSERVATIONS);
  }

  @AfterAll
  static void stop() throws Exception {
    rig.close();
    database.close();
  }

  @AfterEach
  void cancelWhatATestLeft() {
    FlinkJob.cancelAll(rig.flink);
  }

  /** Once while lines wait for their file, and once as the first files appear. */
  @Test
  void aTaskManagerIsKilledTwiceUnderFilesOfEitherFormatAndATable() throws Exception {
    Path lines = directory.resolve("lines");
    Path columns = directory.resolve("columns");
    WrittenPredictions files = WrittenPredictions.files(lines, true);
    List<WrittenPredictions> all =
        List.of(
            files,
            WrittenPredictions.files(columns, true),
            WrittenPredictions.table(database, "rows"));
    List<FlinkJob> jobs = new ArrayList<>();
    jobs.add(submit("lines", lines.toString()));
    jobs.add(submit("columns", columns.toString(), "--format", "parquet"));
    jobs.add(submit("rows", database.url(), table("rows")));
    int perSecond = 20;
    try (SteadyProducer first = produce("lines", perSecond);
        SteadyProducer second = produce("columns", perSecond);
        SteadyProducer third = produce("rows", perSecond)) {
      first.awaitSent(OBSERVATIONS / 4);
      jobs.forEach(FlinkJob::awaitCheckpoint);
      killTaskManager(0);
      Await.until(
          () -> "files appear: " + jobs.get(0).exceptions(), LIMIT, () -> files.count() > 0);
      killTaskManager(1);
      first.awaitEnd();
      second.awaitEnd();
      third.awaitEnd();
      for (WrittenPredictions written : all) {
        written.awaitAll(observations.expected(), LIMIT);
      }
    }
    assertThat(jobs).allMatch(job -> job.restored() > 0);
  }

  @Test
  void theDatabaseIsDownForHalfAMinute() throws Exception {
    FlinkJob job = submit("down", database.url(), table("down"));
    WrittenPredictions rows = WrittenPredictions.table(database, "down");
    try (SteadyProducer producer = produce("down", 150)) {
      producer.awaitSent(OBSERVATIONS / 3);
      Await.until(() -> "rows appear: " + job.exceptions(), LIMIT, () -> rows.count() > 0);
      database.stop();
      Await.halfAMinute();
      database.startAgain();
      producer.awaitEnd();
      rows.awaitAll(observations.expected(), LIMIT);
    }
  }

  @Test
  void theDiskIsFullAndThenHasRoomAgain() throws Exception {
    try (SmallDisk disk = SmallDisk.in(directory.resolve("small-disk"))) {
      WrittenPredictions files = WrittenPredictions.files(disk.directory(), true);
      FlinkJob job = submit("full", disk.directory().toString());
      disk.fill();
      try (SteadyProducer producer = produce("full", 150)) {
        Await.until(
            () -> "the job names the full disk: " + job.exceptions(),
            LIMIT,
            () -> job.failure().contains("No space left on device"));
        assertThat(job.failure())
            .containsPattern(
                "cannot write predictions-\\S+\\.jsonl in %s: No space left on device"
                    .formatted(disk.directory()));
        assertThat(files.count()).isZero();
        disk.makeRoom();
        producer.awaitEnd();
        files.awaitAll(observations.expected(), LIMIT);
      }
    }
  }

  private static void killTaskManager(int number) {
    rig.flink.killTaskManager(number);
    rig.flink.restartTaskManager(number);
  }

  private static String[] table(String name) {
    return new String[] {"--table", name, "--createTable", "--jdbc-user", "postgres"};
  }

  private static SteadyProducer produce(String name, int perSecond) {
    return rig.produce(name, observations, perSecond);
  }

  private static FlinkJob submit(String name, String output, String... options) throws Exception {
    rig.createTopics(name);
    return rig.submitTo(output, name, List.of(options));
  }
}
