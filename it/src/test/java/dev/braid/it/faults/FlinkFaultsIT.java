package dev.braid.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.io.kafka.PublishPredictions;
import dev.braid.runners.local.LocalKafka;
import dev.braid.transforms.featurize.EncodeObservations;
import dev.braid.transforms.fuse.FuseModalities;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults of a real Flink cluster between real topics, while observations stream in. At the end of
 * each one every window has the oracle's answer, none is missing, and none is there under two ids.
 */
@Tag("full")
final class FlinkFaultsIT {
  private static final int OBSERVATIONS = 1_800;
  private static final int PER_SECOND = 150;
  private static final Duration LIMIT = Duration.ofMinutes(10);

  @TempDir private static Path directory;
  private static FaultRig rig;
  private static StreamedObservations observations;

  @BeforeAll
  static void start() throws Exception {
    rig = new FaultRig(directory, 2, Map.of("cluster.evenly-spread-out-slots", "true"));
    observations = rig.observations(OBSERVATIONS);
  }

  @AfterAll
  static void stop() {
    rig.close();
  }

  @Test
  void aTaskManagerIsKilledWithItsStateOnTheHeap() throws Exception {
    String name = "taskmanager";
    rig.createTopics(name);
    FlinkJob job = rig.submit(name, List.of());
    killATaskManager(name, job, false);
  }

  @Test
  void aTaskManagerIsKilledWithItsStateInRocksDb() throws Exception {
    String name = "rocksdb";
    rig.createTopics(name);
    FlinkJob job =
        rig.submit(
            name,
            List.of(),
            "--stateBackend=rocksdb",
            "--stateBackendStoragePath=" + directory.resolve("rocksdb").toUri());
    assertThat(job.stateBackend()).isEqualTo("RocksDBStateBackend");
    killATaskManager(name, job, false);
  }

  @AfterEach
  void cancelWhatATestLeft() {
    FlinkJob.cancelAll(rig.flink);
  }

  private static void killATaskManager(String name, FlinkJob job, boolean once) throws Exception {
    try (SteadyProducer producer = rig.produce(name, observations, PER_SECOND);
        PublishedPredictions predictions = rig.predictions(name)) {
      producer.awaitSent(OBSERVATIONS / 3);
      job.awaitCheckpoint();
      rig.flink.killTaskManager(0);
      rig.flink.restartTaskManager(0);
      producer.awaitEnd();
      compare(name, predictions, once);
    }
    assertThat(job.restored()).isPositive();
    job.cancel();
  }

  @Test
  void aTaskManagerIsKilledAndWhoReadsCommittedPredictionsSeesEachOnce() throws Exception {
    String name = "transactions";
    rig.createTopics(name);
    FlinkJob job = rig.submit(name, List.of("--transactional"));
    killATaskManager(name, job, true);
  }

  @Test
  void theJobManagerIsKilledAndTheJobGoesOnFromItsLastCheckpoint() throws Exception {
    String name = "jobmanager";
    rig.createTopics(name);
    FlinkJob job = rig.submit(name, List.of());
    try (SteadyProducer producer = rig.produce(name, observations, PER_SECOND);
        PublishedPredictions predictions = rig.predictions(name)) {
      producer.awaitSent(OBSERVATIONS / 3);
      job.awaitCheckpoint();
      rig.flink.killJobManager();
      rig.flink.restartJobManager();
      FlinkJob again =
          rig.submit(
              name,
              List.of(),
              "--savepointPath=" + job.newestCheckpointIn(rig.flink.checkpoints()));
      assertThat(again.restored()).isPositive();
      producer.awaitEnd();
      compare(name, predictions, false);
      again.cancel();
    }
  }

  @Test
  void aSavepointIsResumedByAsManyOrMoreSubtasksAndRefusedToFewer() throws Exception {
    String name = "savepoint";
    rig.createTopics(name);
    FlinkJob job = rig.submit(name, List.of());
    try (SteadyProducer producer = rig.produce(name, observations, PER_SECOND);
        PublishedPredictions predictions = rig.predictions(name)) {
      producer.awaitSent(OBSERVATIONS / 3);
      String savepoint = job.cancelWithSavepoint();
      assertThat(rig.run(name, List.of(), "--savepointPath=" + savepoint, "--parallelism=1").err())
          .contains("had 2 subtasks: with --parallelism=1 its windows could be answered before");
      for (int parallelism = 2; parallelism <= 3; parallelism++) {
        job =
            rig.submit(
                name, List.of(), "--savepointPath=" + savepoint, "--parallelism=" + parallelism);
        assertThat(job.restored()).isPositive();
        if (parallelism == 2) {
          job.awaitCheckpoint();
          savepoint = job.cancelWithSavepoint();
        }
      }
      producer.awaitEnd();
      compare(name, predictions, false);
    }
    job.cancel();
  }

  @Test
  void theBrokerIsKilledAndComesBack() throws Exception {
    String name = "broker";
    rig.createTopics(name);
    FlinkJob job = rig.submit(name, List.of());
    try (SteadyProducer producer = rig.produce(name, observations, PER_SECOND);
        PublishedPredictions predictions = rig.predictions(name)) {
      producer.awaitSent(OBSERVATIONS / 3);
      rig.kafka.kill();
      rig.kafka.restart();
      producer.awaitEnd();
      compare(name, predictions, false);
    }
    job.cancel();
  }

  @Test
  void theBrokerOfThePredictionsIsDownForHalfAMinute() throws Exception {
    String name = "sink";
    rig.createTopics(name);
    try (LocalKafka sink = LocalKafka.start(directory.resolve("sink-kafka"))) {
      FaultRig.createTopic(sink, "out-" + name, 2);
      FlinkJob job = rig.submitTo("kafka://" + sink.address() + "/out-" + name, name, List.of());
      try (SteadyProducer producer = rig.produce(name, observations, PER_SECOND);
          PublishedPredictions predictions =
              new PublishedPredictions(sink.address(), "out-" + name, 2)) {
        producer.awaitSent(OBSERVATIONS / 3);
        sink.kill();
        long down = System.nanoTime();
        Await.until(
            "half a minute is over",
            Duration.ofMinutes(1),
            () -> System.nanoTime() - down > Duration.ofSeconds(30).toNanos());
        sink.restart();
        producer.awaitEnd();
        compare(name, predictions, false);
      }
      job.cancel();
    }
  }

  @Test
  void whatStepsCountIsShownByFlinkWhileTheJobRuns() throws Exception {
    String name = "metrics";
    rig.createTopics(name);
    FlinkJob job = rig.submit(name, List.of());
    try (SteadyProducer producer = rig.produce(name, observations, PER_SECOND);
        PublishedPredictions predictions = rig.predictions(name)) {
      producer.awaitEnd();
      compare(name, predictions, true);
    }
    int windows = observations.expected().size();
    awaitCounter(job, EncodeObservations.class, "rows", observations.all().size());
    awaitCounter(job, FuseModalities.class, "rows", windows);
    awaitCounter(job, PublishPredictions.class, "predictions", windows);
    job.cancel();
  }

  /** Flink asks its workers every ten seconds. */
  private static void awaitCounter(FlinkJob job, Class<?> step, String name, int expected) {
    Await.until(
        () -> "%s of %s is %d, and not %d".formatted(name, step, job.counter(step, name), expected),
        LIMIT,
        () -> job.counter(step, name) == expected);
  }

  private static void compare(String name, PublishedPredictions predictions, boolean once) {
    int compared = predictions.awaitAll(observations.expected(), once, LIMIT);
    System.out.printf(
        "%s: %d windows compared, %d published again%n",
        name, compared, predictions.repeatedCount());
  }
}
