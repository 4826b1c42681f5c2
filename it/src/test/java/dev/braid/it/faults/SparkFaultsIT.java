package dev.braid.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.bundle.Bundle;
import dev.braid.pipelines.analysis.SampleLines;
import dev.braid.runners.local.LocalKafka;
import dev.braid.runners.local.LocalSpark;
import dev.braid.serving.TinyBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults of a real Spark standalone cluster between real topics, while observations stream in. At
 * the end of each one every window has the oracle's answer, none is missing, and none is there
 * under two ids.
 */
@Tag("full")
final class SparkFaultsIT {
  private static final int OBSERVATIONS = 1_500;
  private static final int PER_SECOND = 40;
  private static final Duration LIMIT = Duration.ofMinutes(6);

  @TempDir private static Path directory;
  private static LocalKafka kafka;
  private static LocalSpark spark;
  private static Path blobs;
  private static StreamedObservations observations;

  @BeforeAll
  static void start() throws Exception {
    blobs = directory.resolve("blobs-root");
    Files.createDirectories(blobs.resolve("blobs"));
    Files.write(blobs.resolve("blobs/0.png"), SampleLines.png(0));
    Bundle opened = TinyBundle.write(directory.resolve("bundle"));
    observations = new StreamedObservations(OBSERVATIONS, opened.widths(), blobs);
    kafka = LocalKafka.start(directory.resolve("kafka"));
    spark = LocalSpark.start(directory.resolve("spark"), 2, 1);
  }

  @AfterAll
  static void stop() {
    spark.close();
    kafka.close();
  }

  @Test
  void aWorkerIsKilledWithItsExecutorAndThenTheOther() throws Exception {
    String name = "worker";
    createTopics(name);
    try (SparkDriver driver = start(name);
        SteadyProducer producer = produce(name);
        PublishedPredictions predictions = predictions(name)) {
      int all = observations.expected().size();
      for (int worker = 0; worker < 2; worker++) {
        int share = all * (worker + 1) / 4;
        Await.until(driver::state, LIMIT, () -> predictions.count() >= share);
        spark.killWorker(worker);
        spark.restartWorker(worker);
      }
      producer.awaitEnd();
      compare(name, driver, predictions);
    }
  }

  @Test
  void theDriverIsKilledTwiceAndGoesOnFromItsCheckpoint() throws Exception {
    String name = "driver";
    createTopics(name);
    try (SparkDriver driver = start(name);
        SteadyProducer producer = produce(name);
        PublishedPredictions predictions = predictions(name)) {
      int all = observations.expected().size();
      for (int time = 0; time < 2; time++) {
        int share = all * (time + 1) / 4;
        Await.until(driver::state, LIMIT, () -> predictions.count() >= share);
        driver.kill();
        driver.startAgain();
      }
      producer.awaitEnd();
      compare(name, driver, predictions);
    }
  }

  private static void compare(String name, SparkDriver driver, PublishedPredictions predictions) {
    long start = System.nanoTime();
    int compared;
    try {
      compared = predictions.awaitAll(observations.expected(), false, LIMIT);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + driver.state(), e);
    }
    System.err.printf(
        "%s: %d windows are the oracle's, %d answered again, %d s after the last observation%n",
        name,
        compared,
        predictions.repeatedCount(),
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
    assertThat(compared).isEqualTo(observations.expected().size());
  }

  private static SparkDriver start(String name) throws Exception {
    return new SparkDriver(
        directory.resolve(name + ".log"),
        List.of(
            "run",
            "--runner",
            "spark",
            "--sparkMaster",
            spark.master(),
            "--bundle",
            directory.resolve("bundle"),
            "--input",
            topic("in", name),
            "--output",
            topic("out", name),
            "--dead-letters",
            topic("dead", name),
            "--blobs",
            blobs,
            "--group",
            name,
            "--",
            "--checkpointDir=" + directory.resolve("checkpoint-" + name),
            "--maxRecordsPerBatch=60"));
  }

  private static String topic(String kind, String name) {
    return "kafka://" + kafka.address() + "/" + kind + "-" + name;
  }

  private static void createTopics(String name) throws Exception {
    try (AdminClient admin = AdminClient.create(Map.of("bootstrap.servers", kafka.address()))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("in-" + name, StreamedObservations.PARTITIONS, (short) 1),
                  new NewTopic("out-" + name, 2, (short) 1),
                  new NewTopic("dead-" + name, 1, (short) 1)))
          .all()
          .get(60, TimeUnit.SECONDS);
    }
  }

  private static SteadyProducer produce(String name) {
    return SteadyProducer.start(kafka.address(), "in-" + name, observations.all(), PER_SECOND);
  }

  private static PublishedPredictions predictions(String name) {
    return new PublishedPredictions(kafka.address(), "out-" + name, 2);
  }
}
