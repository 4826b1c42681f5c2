package dev.braid.bench;

import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.pipelines.cli.CommandException;
import dev.braid.pipelines.io.PredictionJson;
import dev.braid.transforms.fuse.Prediction;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The two topics of a run whose latency is measured: observations of a few entities by turns, in
 * the order of event time, and the answers to them. The broker stamps both, so that one clock tells
 * all. Used by one thread.
 */
final class LatencyStream implements AutoCloseable {
  static final int ENTITIES = 16;
  static final int PARTITIONS = 3;
  static final String IN = "observations";
  static final String OUT = "predictions";
  static final String DEAD = "dead";

  /** Where event time begins. */
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  /** Stands for an id in {@link #lines}. */
  private static final String ID = "#";

  /** How long what has come too early waits: to wake up for each one would cost as much as it. */
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(1);

  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final WindowCloses closes = new WindowCloses(PARTITIONS);

  /** One for each row. */
  private final List<Line> lines;

  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<byte[], String> consumer;

  /** When the last window's answers of a time were appended, by the end of the window. */
  private final TreeMap<Long, List<Long>> answers = new TreeMap<>();

  /** Why the first of the observations that were lost could not be appended. */
  private final AtomicReference<Exception> lost = new AtomicReference<>();

  private long sent;

  LatencyStream(String servers, Net net) throws ExecutionException, InterruptedException {
    List<Observation> rows = Rows.observations(net);
    this.lines =
        IntStream.range(0, rows.size())
            .mapToObj(
                i ->
                    Line.of(
                        Observation.of(
                            ID,
                            entity(i),
                            rows.get(i).getModality(),
                            BEGIN,
                            rows.get(i).getPayload())))
            .toList();
    try (AdminClient admin = AdminClient.create(Map.of("bootstrap.servers", servers))) {
      Map<String, String> stamped = Map.of("message.timestamp.type", "LogAppendTime");
      admin
          .createTopics(
              List.of(
                  new NewTopic(IN, PARTITIONS, (short) 1).configs(stamped),
                  new NewTopic(OUT, 1, (short) 1).configs(stamped),
                  new NewTopic(DEAD, 1, (short) 1)))
          .all()
          .get();
    }
    this.producer =
        new KafkaProducer<>(
            // What waits here is not late yet, and requests of a few each (batches of 16 KB) would
            // take the broker's time from what is measured.
            Map.of("bootstrap.servers", servers, "linger.ms", 10, "batch.size", 256 * 1024),
            new StringSerializer(),
            new ByteArraySerializer());
    this.consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", servers),
            new ByteArrayDeserializer(),
            new StringDeserializer());
    consumer.assign(List.of(new TopicPartition(OUT, 0)));
    consumer.seekToBeginning(consumer.assignment());
  }

  /**
   * Sends observations by the clock.
   *
   * @param from event time of the first one, in milliseconds since the first of all
   * @param perSecond observations in a second of event time, and of the clock
   * @throws CommandException if one of them is lost
   */
  void send(long from, long count, double perSecond) {
    long start = System.nanoTime();
    for (long i = 0; i < count; i++) {
      long nanos = (long) (i * 1e9 / perSecond);
      while (System.nanoTime() - start < nanos) {
        LockSupport.parkNanos(TICK);
      }
      send(from + TimeUnit.NANOSECONDS.toMillis(nanos));
    }
    awaitAppended();
  }

  /**
   * Sends observations as fast as they are answered.
   *
   * @param seconds of event time
   * @param perSecond observations in each of them
   * @param ahead seconds of event time that may be sent and not answered yet
   * @param period of the windows, in milliseconds
   * @throws CommandException if one of them is lost, or as {@link #awaitAnswers} does
   */
  void sendInStep(int seconds, int perSecond, int ahead, long period) {
    for (int second = 0; second < seconds; second++) {
      for (int i = 0; i < perSecond; i++) {
        send(1_000L * second + 1_000L * i / perSecond);
      }
      long answered = 1_000L * (second - ahead) / period * period;
      if (answered > 0) {
        awaitAnswers(answered, answered, period);
      }
    }
    awaitAppended();
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The callback is told the same.
  private void send(long sinceBegin) {
    long time = BEGIN.toEpochMilli() + sinceBegin;
    String entity = entity((int) (sent % lines.size()));
    int partition = (int) (sent % ENTITIES % PARTITIONS);
    byte[] line =
        lines.get((int) (sent % lines.size())).with("o" + sent, Instant.ofEpochMilli(time));
    sent++;
    producer.send(
        new ProducerRecord<>(IN, partition, entity, line),
        (record, failure) -> {
          if (failure == null) {
            closes.appended(partition, time, record.timestamp());
          } else {
            lost.compareAndSet(null, failure);
          }
        });
  }

  /** Fails if one of the observations was lost. */
  private void awaitAppended() {
    producer.flush();
    Exception failure = lost.get();
    if (failure != null) {
      throw new CommandException(
          "an observation could not be sent to topic %s: %s".formatted(IN, failure.getMessage()));
    }
  }

  /**
   * Waits for the answers to all windows that end until {@code end}, one of each entity.
   *
   * @param firstEnd of the windows, and {@code end}, in milliseconds since the first observation
   * @throws CommandException if one does not come, or comes twice
   */
  void awaitAnswers(long firstEnd, long end, long period) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    for (long at = firstEnd; at <= end; at += period) {
      long window = BEGIN.toEpochMilli() + at;
      while (appended(window).size() < ENTITIES) {
        if (System.nanoTime() > deadline) {
          throw new CommandException(
              "of the windows that end at %s there are %d answers instead of %d after %d s"
                  .formatted(
                      Instant.ofEpochMilli(window),
                      appended(window).size(),
                      ENTITIES,
                      LIMIT.toSeconds()));
        }
        poll();
      }
    }
    answers.forEach(
        (window, appended) -> {
          if (appended.size() > ENTITIES) {
            throw new CommandException(
                "a window that ends at %s was answered twice: was the job started again?"
                    .formatted(Instant.ofEpochMilli(window)));
          }
        });
  }

  private void poll() {
    for (ConsumerRecord<byte[], String> record : consumer.poll(Duration.ofMillis(200))) {
      Prediction prediction = PredictionJson.parse(record.value());
      answers
          .computeIfAbsent(prediction.getWindowEnd().toEpochMilli(), end -> new ArrayList<>())
          .add(record.timestamp());
    }
  }

  /** When the last answer to the windows that end then was appended, in milliseconds. */
  long answered(long end) {
    return Collections.max(appended(BEGIN.toEpochMilli() + end));
  }

  /** For every answer to windows that end from one time to another, how late it was, in millis. */
  double[] latencies(long firstEnd, long lastEnd, long period) {
    List<Double> late = new ArrayList<>();
    for (long at = firstEnd; at <= lastEnd; at += period) {
      long end = BEGIN.toEpochMilli() + at;
      long closed = closes.closed(end);
      appended(end).forEach(appended -> late.add((double) (appended - closed)));
    }
    return late.stream().mapToDouble(Double::doubleValue).sorted().toArray();
  }

  /** An observation but for its id and time. */
  static final class Line {
    /** Until and with the time. */
    private final String head;

    /** The rest, in UTF-8: to write out the numbers again would cost a core. */
    private final byte[] tail;

    private Line(String head, byte[] tail) {
      this.head = head;
      this.tail = tail;
    }

    static Line of(Observation observation) {
      String line = ObservationJson.format(observation);
      String time = observation.getTime().toString();
      int end = line.indexOf(time) + time.length();
      return new Line(line.substring(0, end), line.substring(end).getBytes(StandardCharsets.UTF_8));
    }

    byte[] with(String id, Instant time) {
      byte[] start =
          head.replace(ID, id)
              .replace(BEGIN.toString(), time.toString())
              .getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.allocate(start.length + tail.length).put(start).put(tail).array();
    }
  }

  /** Rows are a multiple of the entities. */
  private static String entity(int row) {
    return "machine-" + row % ENTITIES;
  }

  private List<Long> appended(long window) {
    return answers.getOrDefault(window, List.of());
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    consumer.close(Duration.ofSeconds(5));
  }
}
