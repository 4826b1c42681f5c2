package dev.braid.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.pipelines.engine.SubmissionException;
import dev.braid.pipelines.io.kafka.KafkaAddress;
import dev.braid.pipelines.io.kafka.KafkaCluster;
import dev.braid.pipelines.io.kafka.KafkaSettings;
import dev.braid.runners.local.LocalKafka;
import dev.braid.runners.spark.Readings.Reading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.beam.sdk.PipelineResult;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every window of a real Kafka's records is answered on Spark, once and whole. */
class StreamingExactnessTest {
  private static final Duration SPAN = Duration.ofSeconds(120);
  private static final Duration LIMIT = Duration.ofMinutes(10);
  private static final AtomicInteger TOPICS = new AtomicInteger();

  @TempDir private static Path directory;

  private static LocalKafka kafka;
  private static KafkaProducer<String, String> producer;

  @BeforeAll
  static void startKafka() {
    kafka = LocalKafka.start(directory.resolve("kafka"));
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.address(), "linger.ms", 5),
            new StringSerializer(),
            new StringSerializer());
  }

  @AfterAll
  static void stopKafka() {
    producer.close();
    kafka.close();
  }

  @Test
  void aBacklogOverThreePartitionsIsAnsweredWhole() throws Exception {
    List<Reading> readings = Readings.of(SPAN, 1);
    String topic = topic(3);
    send(topic, readings, 3);
    assertThat(run(List.of(topic), false, Readings.windows(readings)))
        .isEqualTo(once(Readings.windows(readings)));
  }

  @Test
  void ofTwoAggregationsInARowTheSecondMissesNothing() throws Exception {
    List<Reading> readings = Readings.of(SPAN, 2);
    String topic = topic(3);
    send(topic, readings, 3);
    assertThat(run(List.of(topic), true, Readings.counts(readings)))
        .isEqualTo(once(Readings.counts(readings)));
  }

  @Test
  void aSlowPartitionHoldsTheWindowsOpen() throws Exception {
    List<Reading> readings = Readings.of(SPAN, 3);
    List<List<Reading>> parts = Readings.split(readings, 3);
    String topic = topic(3);
    send(topic, 0, parts.get(0));
    send(topic, 1, parts.get(1));
    send(topic, 2, parts.get(2).subList(0, 10));
    send(topic, 0, List.of(Readings.closing(SPAN)));
    send(topic, 1, List.of(Readings.closing(SPAN)));
    List<Reading> late = parts.get(2).subList(10, parts.get(2).size());
    CompletableFuture<Void> slow =
        CompletableFuture.runAsync(
            () -> {
              // Two minutes of event time in twenty seconds.
              for (Reading reading : late) {
                producer.send(new ProducerRecord<>(topic, 2, null, reading.line()));
                LockSupport.parkNanos(20_000_000_000L / late.size());
              }
              producer.send(new ProducerRecord<>(topic, 2, null, Readings.closing(SPAN).line()));
              producer.flush();
            });
    assertThat(run(List.of(topic), false, Readings.windows(readings)))
        .isEqualTo(once(Readings.windows(readings)));
    slow.join();
  }

  @Test
  void anIdlePartitionOfOneOfTwoTopicsHoldsNothingBack() throws Exception {
    List<Reading> readings = Readings.of(SPAN, 4);
    List<List<Reading>> parts = Readings.split(readings, 2);
    List<String> topics = List.of(topic(2), topic(3));
    send(topics.get(0), parts.get(0), 2);
    // Its third partition never has a record.
    send(topics.get(1), parts.get(1), 2);
    assertThat(run(topics, false, Readings.windows(readings)))
        .isEqualTo(once(Readings.windows(readings)));
  }

  @Test
  void aRunThatResumesFromItsCheckpointMissesAndDoublesNothing() throws Exception {
    List<Reading> readings = Readings.of(SPAN, 5);
    Map<String, String> expected = Readings.windows(readings);
    String topic = topic(3);
    send(topic, readings, 3);
    Path output = Files.createDirectories(directory.resolve("out-" + topic));
    List<String> options = options(topic);
    for (int part = 1; part < 4; part++) {
      PipelineResult result =
          WindowedJob.start(kafka.address(), List.of(topic), output, false, options);
      assertThat(((MicroBatchResult) result).isResumed()).isEqualTo(part > 1);
      int share = expected.size() * part / 4;
      await(result, () -> WindowedJob.written(output).size() >= share);
      result.cancel();
    }
    PipelineResult last =
        WindowedJob.start(kafka.address(), List.of(topic), output, false, options);
    assertThat(((MicroBatchResult) last).isResumed()).isTrue();
    await(last, () -> WindowedJob.written(output).size() >= expected.size());
    last.cancel();
    assertThat(WindowedJob.written(output)).isEqualTo(once(expected));

    List<String> others = new ArrayList<>(options);
    others.replaceAll(option -> option.replace("PerBatch=300", "PerBatch=301"));
    assertThatThrownBy(
            () -> WindowedJob.start(kafka.address(), List.of(topic), output, false, others))
        .isInstanceOf(SubmissionException.class)
        .hasMessageContaining("is of another run: --maxRecordsPerBatch was 300 and is 301;");
  }

  @Test
  void aReadingThatComesTooLateChangesNothing() throws Exception {
    List<Reading> readings = Readings.of(SPAN, 6);
    Map<String, String> expected = Readings.windows(readings);
    String topic = topic(3);
    send(topic, readings, 3);
    Path output = Files.createDirectories(directory.resolve("out-" + topic));
    PipelineResult result =
        WindowedJob.start(kafka.address(), List.of(topic), output, false, options(topic));
    await(result, () -> WindowedJob.written(output).size() >= expected.size());
    for (int partition = 0; partition < 3; partition++) {
      send(
          topic,
          partition,
          List.of(
              new Reading("k0", readings.get(0).millis(), "late"),
              Readings.closing(SPAN),
              new Reading("after", Readings.closing(SPAN).millis() + 60_000, "end")));
    }
    // Its windows close long after the late ones have been seen.
    String seen = "closing|";
    int closed = (int) WindowedJob.lines(output).stream().filter(l -> l.startsWith(seen)).count();
    await(
        result,
        () ->
            WindowedJob.lines(output).stream().filter(l -> l.startsWith(seen)).count()
                >= closed + 2);
    result.cancel();
    assertThat(WindowedJob.written(output)).isEqualTo(once(expected));
  }

  private static Map<String, TreeSet<String>> run(
      List<String> topics, boolean chained, Map<String, String> expected) throws Exception {
    Path output = Files.createDirectories(directory.resolve("out-" + topics.get(0)));
    PipelineResult result =
        WindowedJob.start(kafka.address(), topics, output, chained, options(topics.get(0)));
    try {
      await(result, () -> WindowedJob.written(output).size() >= expected.size());
    } finally {
      result.cancel();
    }
    assertThat(WindowedJob.lines(output)).as("no window is written twice").doesNotHaveDuplicates();
    return WindowedJob.written(output);
  }

  /** Small batches, so that there are many. */
  private static List<String> options(String name) {
    return List.of(
        "--checkpointDir=" + directory.resolve("checkpoint-" + name),
        "--batchIntervalMillis=300",
        "--minReadTimeMillis=100",
        "--maxRecordsPerBatch=300");
  }

  private static void await(PipelineResult result, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    do {
      // Throws if the run has failed.
      assertThat(result.waitUntilFinish(org.joda.time.Duration.millis(100)))
          .isEqualTo(PipelineResult.State.RUNNING);
    } while (!condition.call() && System.nanoTime() < end);
  }

  private static Map<String, TreeSet<String>> once(Map<String, String> windows) {
    Map<String, TreeSet<String>> once = new TreeMap<>();
    windows.forEach((window, content) -> once.put(window, new TreeSet<>(List.of(content))));
    return once;
  }

  private static String topic(int partitions) {
    String name = "readings-" + TOPICS.incrementAndGet();
    KafkaCluster.create(
        new KafkaAddress(kafka.address(), List.of(name)), KafkaSettings.none(), partitions);
    return name;
  }

  /**
   * The readings over so many partitions by key, and at the end of each what closes the windows.
   */
  private static void send(String topic, List<Reading> readings, int partitions) throws Exception {
    List<List<Reading>> parts = Readings.split(readings, partitions);
    for (int i = 0; i < partitions; i++) {
      List<Reading> part = new ArrayList<>(parts.get(i));
      part.addAll(Collections.nCopies(1, Readings.closing(SPAN)));
      send(topic, i, part);
    }
  }

  private static void send(String topic, int partition, List<Reading> readings) throws Exception {
    List<Future<?>> sent = new ArrayList<>();
    readings.forEach(
        r -> sent.add(producer.send(new ProducerRecord<>(topic, partition, null, r.line()))));
    for (Future<?> one : sent) {
      one.get();
    }
  }
}
