package dev.braid.pipelines.io.kafka;

import dev.braid.observation.Observation;
import dev.braid.pipelines.io.DestinationException;
import dev.braid.pipelines.io.SortedObservations.Line;
import dev.braid.transforms.observation.ObservationAvro;
import dev.braid.transforms.observation.ObservationFormat;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes observations to a topic from this JVM, under their entity as the key, in the order in
 * which they are given. Not safe for several threads.
 */
public final class PublishObservations implements AutoCloseable {
  private final KafkaAddress address;
  private final ObservationFormat format;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /**
   * Opens a producer.
   *
   * @param address one topic, which must be there
   * @throws DestinationException if the producer cannot be made
   */
  public PublishObservations(
      KafkaAddress address, KafkaSettings settings, ObservationFormat format) {
    this.address = address;
    this.format = format;
    Map<String, Object> defaults =
        Map.of(
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.LINGER_MS_CONFIG,
            5,
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "lz4",
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            // As long as a line of a file may be.
            64 * 1024 * 1024);
    Map<String, Object> config = settings.over(defaults);
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, address.servers());
    try {
      producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    } catch (KafkaException e) {
      throw new DestinationException(
          "cannot publish to %s: %s"
              .formatted(address, (e.getCause() == null ? e : e.getCause()).getMessage()),
          e);
    }
  }

  /**
   * Publishes one line; one that is no observation as it stands.
   *
   * @throws DestinationException if this or an earlier line was refused
   */
  public void publish(Line line) {
    Observation observation = line.observation();
    producer.send(
        new ProducerRecord<>(
            address.topic(),
            observation == null ? null : observation.getEntity().getBytes(StandardCharsets.UTF_8),
            observation != null && format == ObservationFormat.AVRO
                ? ObservationAvro.format(observation)
                : line.text().getBytes(StandardCharsets.UTF_8)),
        (metadata, exception) -> {
          if (exception != null) {
            failure.compareAndSet(null, exception);
          }
        });
    checkFailure();
  }

  /**
   * Waits until all that was published is acknowledged.
   *
   * @throws DestinationException if something was refused
   */
  public void flush() {
    producer.flush();
    checkFailure();
  }

  private void checkFailure() {
    Exception failed = failure.get();
    if (failed != null) {
      throw new DestinationException(
          "cannot publish to %s: %s".formatted(address, failed.getMessage()), failed);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
