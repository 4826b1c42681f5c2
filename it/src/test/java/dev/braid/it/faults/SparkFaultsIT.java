package dev.braid.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.io.kafka.PublishPredictions;
import dev.braid.transforms.fuse.FuseModalities;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
  private static final Duration LIMIT = Duration.ofMinutes(10);

  @TempDir private static Path directory;
  private static SparkRig rig;

  @BeforeAll
  static void start() throws Exception {
    rig = new SparkRig(directory, OBSERVATIONS);
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  @Test
  void aWorkerIsKilledWithItsExecutorAndThenTheOther() throws Exception {
    String name = "worker";
    rig.createTopics(name);
    try (SparkDriver driver = start(name);
        SteadyProducer producer = rig.produce(name);
        PublishedPredictions predictions = rig.predictions(name)) {
      int all = rig.observations.expected().size();
      for (int worker = 0; worker < 2; worker++) {
        int share = all * (worker + 1) / 4;
        Await.until(driver::state, LIMIT, () -> predictions.count() >= share);
        rig.spark.killWorker(worker);
        rig.spark.restartWorker(worker);
      }
      producer.awaitEnd();
      compare(name, driver, predictions);
    }
  }

  @Test
  void theDriverIsKilledTwiceAndGoesOnFromItsCheckpoint() throws Exception {
    String name = "driver";
    rig.createTopics(name);
    try (SparkDriver driver = start(name);
        SteadyProducer producer = rig.produce(name);
        PublishedPredictions predictions = rig.predictions(name)) {
      int all = rig.observations.expected().size();
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

  @Test
  void whatStepsCountIsHandedToSparksSinksWhileTheRunGoesOn() throws Exception {
    String name = "metrics";
    rig.createTopics(name);
    Path sink = Files.createDirectory(directory.resolve("sink"));
    String option = "-Dspark.metrics.conf.driver.sink.csv.";
    try (SparkDriver driver =
            new SparkDriver(
                directory.resolve(name + ".log"),
                List.of(
                    option + "class=org.apache.beam.runners.spark.metrics.sink.CsvSink",
                    option + "directory=" + sink,
                    option + "period=1"),
                rig.arguments(name));
        SteadyProducer producer = rig.produce(name);
        PublishedPredictions predictions = rig.predictions(name)) {
      producer.awaitSent(1);
      Await.until(driver::state, LIMIT, () -> predictions.count() > 0);
      int answered = predictions.count();
      for (Class<?> step : List.of(FuseModalities.class, PublishPredictions.class)) {
        String counter = step == FuseModalities.class ? "rows" : "predictions";
        Await.until(driver::state, LIMIT, () -> counted(sink, step, counter) >= answered);
      }
    }
  }

  /** The last value of a counter that a sink wrote; 0 if it has not written any. */
  private static double counted(Path sink, Class<?> step, String counter) {
    String end = ".%s.%s.csv".formatted(step.getName().replace('.', '_'), counter);
    try (Stream<Path> files = Files.list(sink)) {
      List<Path> found = files.filter(file -> file.toString().endsWith(end)).toList();
      double sum = 0;
      for (Path file : found) {
        List<String> lines = Files.readAllLines(file);
        // The first line says what is in the others; the last one may be half written.
        sum += lines.size() < 3 ? 0 : Double.parseDouble(lines.get(lines.size() - 2).split(",")[1]);
      }
      return sum;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void compare(String name, SparkDriver driver, PublishedPredictions predictions) {
    long start = System.nanoTime();
    int compared;
    try {
      compared = predictions.awaitAll(rig.observations.expected(), false, LIMIT);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + driver.state(), e);
    }
    System.err.printf(
        "%s: %d windows are the oracle's, %d answered again, %d s after the last observation%n",
        name,
        compared,
        predictions.repeatedCount(),
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
    assertThat(compared).isEqualTo(rig.observations.expected().size());
  }

  private static SparkDriver start(String name) throws Exception {
    return new SparkDriver(directory.resolve(name + ".log"), rig.arguments(name));
  }
}
