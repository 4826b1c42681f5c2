package dev.braid.it.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Sends observations to a topic at a steady rate while faults happen, each exactly once and in
 * order within its partition.
 */
final class SteadyProducer implements AutoCloseable {
  private final KafkaProducer<String, String> producer;
  private final CompletableFuture<Void> done;
  private volatile int sent;
  private volatile boolean isClosed;

  private SteadyProducer(
      String servers, String topic, List<StreamedObservations.Keyed> all, int perSecond) {
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", servers,
                "enable.idempotence", "true",
                "delivery.timeout.ms", "600000",
                "linger.ms", "20"),
            new StringSerializer(),
            new StringSerializer());
    done =
        CompletableFuture.runAsync(
            () -> send(topic, all, perSecond), task -> new Thread(task, "producer").start());
  }

  /** Starts to send. */
  static SteadyProducer start(
      String servers, String topic, List<StreamedObservations.Keyed> all, int perSecond) {
    return new SteadyProducer(servers, topic, all, perSecond);
  }

  private void send(String topic, List<StreamedObservations.Keyed> all, int perSecond) {
    long start = System.nanoTime();
    List<Future<RecordMetadata>> records = new ArrayList<>();
    for (int i = 0; i < all.size() && !isClosed; i++) {
      long due = start + TimeUnit.SECONDS.toNanos(i) / perSecond;
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      StreamedObservations.Keyed one = all.get(i);
      records.add(
          producer.send(new ProducerRecord<>(topic, one.partition(), one.entity(), one.line())));
      sent = i + 1;
    }
    producer.flush();
    for (Future<RecordMetadata> record : records) {
      try {
        record.get();
      } catch (ExecutionException | InterruptedException e) {
        throw new CompletionException("an observation was not sent", e);
      }
    }
  }

  /** Waits until that many were sent. */
  void awaitSent(int count) {
    Await.until(
        "%d observations are sent".formatted(count), Duration.ofMinutes(10), () -> sent >= count);
  }

  /** Waits until all were sent and acknowledged. */
  void awaitEnd() throws InterruptedException {
    try {
      done.get(10, TimeUnit.MINUTES);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("not all observations were sent", e);
    }
  }

  @Override
  public void close() {
    isClosed = true;
    producer.close(Duration.ofSeconds(5));
  }
}
