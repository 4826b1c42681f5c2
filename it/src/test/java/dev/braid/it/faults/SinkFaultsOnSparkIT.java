package dev.braid.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.bundle.Bundle;
import dev.braid.pipelines.analysis.SampleLines;
import dev.braid.pipelines.io.postgres.RealPostgres;
import dev.braid.runners.local.LocalKafka;
import dev.braid.runners.local.LocalSpark;
import dev.braid.serving.TinyBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files and tables that jobs on a real Spark standalone cluster write predictions to while
 * something fails. At the end every window has the oracle's answer, none is missing, and none is
 * there under two ids.
 */
@Tag("full")
final class SinkFaultsOnSparkIT {
  private static final int OBSERVATIONS = 600;
  private static final int PER_SECOND = 20;
  private static final Duration LIMIT = Duration.ofMinutes(10);

  @TempDir private static Path directory;
  private static LocalKafka kafka;
  private static LocalSpark spark;
  private static RealPostgres database;
  private static Path blobs;
  private static StreamedObservations observations;

  @BeforeAll
  static void start() throws Exception {
    blobs = directory.resolve("blobs-root");
    Files.createDirectories(blobs.resolve("blobs"));
    Files.write(blobs.resolve("blobs/0.png"), SampleLines.png(0));
    Bundle opened = TinyBundle.write(directory.resolve("bundle"));
    observations = new StreamedObservations(OBSERVATIONS, opened.widths(), blobs);
    database = RealPostgres.start(directory.resolve("database"));
    kafka = LocalKafka.start(directory.resolve("kafka"));
    spark = LocalSpark.start(directory.resolve("spark"), 2, 1);
  }

  @AfterAll
  static void stop() throws Exception {
    spark.close();
    kafka.close();
    database.close();
  }

  /** Also when the disk is full a run ends, and is started again when there is room. */
  @Test
  void theDriverIsKilledUnderFilesAndThenTheirDiskIsFull() throws Exception {
    try (SmallDisk disk = SmallDisk.in(directory.resolve("small-disk"))) {
      Path output = disk.directory();
      WrittenPredictions files = WrittenPredictions.files(output, false);
      try (SparkDriver driver = start("files", "--output", output, "--format", "parquet");
          SteadyProducer producer = produce("files")) {
        killAtAQuarter(driver, files);
        awaitShare(2, driver, files);
        disk.fill();
        assertThat(driver.awaitEnd(LIMIT)).as(driver.state()).isEqualTo(1);
        assertThat(driver.state())
            .containsPattern(
                "cannot write predictions-\\S+\\.parquet in %s: No space left on device"
                    .formatted(output));
        disk.makeRoom();
        driver.startAgain();
        awaitAll(driver, producer, files);
      }
    }
  }

  @Test
  void theDriverIsKilledUnderATableAndThenTheDatabaseIsDownForHalfAMinute() throws Exception {
    WrittenPredictions rows = WrittenPredictions.table(database, "predictions");
    try (SparkDriver driver =
            start("rows", "--output", database.url(), "--createTable", "--jdbc-user", "postgres");
        SteadyProducer producer = produce("rows")) {
      killAtAQuarter(driver, rows);
      awaitShare(2, driver, rows);
      database.stop();
      Await.halfAMinute();
      database.startAgain();
      awaitAll(driver, producer, rows);
    }
  }

  private static void killAtAQuarter(SparkDriver driver, WrittenPredictions written)
      throws Exception {
    awaitShare(1, driver, written);
    driver.kill();
    driver.startAgain();
  }

  private static void awaitShare(int quarters, SparkDriver driver, WrittenPredictions written) {
    int share = observations.expected().size() * quarters / 4;
    Await.until(driver::state, LIMIT, () -> written.count() >= share);
  }

  private static void awaitAll(
      SparkDriver driver, SteadyProducer producer, WrittenPredictions written) throws Exception {
    producer.awaitEnd();
    try {
      written.awaitAll(observations.expected(), LIMIT);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + driver.state(), e);
    }
  }

  private static SteadyProducer produce(String name) {
    return SteadyProducer.start(kafka.address(), "in-" + name, observations.all(), PER_SECOND);
  }

  private static SparkDriver start(String name, Object... destination) throws Exception {
    FaultRig.createTopic(kafka, "in-" + name, StreamedObservations.PARTITIONS);
    FaultRig.createTopic(kafka, "dead-" + name, 1);
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--runner",
                "spark",
                "--sparkMaster",
                spark.master(),
                "--bundle",
                directory.resolve("bundle"),
                "--input",
                "kafka://" + kafka.address() + "/in-" + name,
                "--dead-letters",
                "kafka://" + kafka.address() + "/dead-" + name,
                "--blobs",
                blobs,
                "--group",
                name));
    arguments.addAll(List.of(destination));
    arguments.addAll(
        List.of(
            "--",
            "--checkpointDir=" + directory.resolve("checkpoint-" + name),
            "--maxRecordsPerBatch=60"));
    return new SparkDriver(directory.resolve(name + ".log"), arguments);
  }
}
