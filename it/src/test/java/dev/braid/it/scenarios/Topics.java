package dev.braid.it.scenarios;

import dev.braid.pipelines.io.kafka.KafkaAddress;
import dev.braid.pipelines.io.kafka.KafkaCluster;
import dev.braid.pipelines.io.kafka.KafkaSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The topics of one stream: of observations in some partitions, of predictions in two, of dead
 * letters in one. Used by one thread.
 */
final class Topics implements AutoCloseable {
  private static final int PREDICTION_PARTITIONS = 2;

  private final String server;
  private final String name;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> read;
  private final List<Future<RecordMetadata>> sent = new ArrayList<>();

  /** Makes the topics at that broker; their names begin with {@code name}. */
  Topics(String server, String name, int partitions) {
    this.server = server;
    this.name = name;
    Map<String, Object> config = Map.of("bootstrap.servers", server);
    create(observations(), partitions);
    create(silence(), 1);
    create(predictions(), PREDICTION_PARTITIONS);
    create(deadLetters(), 1);
    producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    read =
        List.of(
            new TopicPartition(predictions(), 0),
            new TopicPartition(predictions(), 1),
            new TopicPartition(deadLetters(), 0));
    consumer.assign(read);
    consumer.seekToBeginning(read);
  }

  private void create(String topic, int partitions) {
    KafkaCluster.create(new KafkaAddress(server, List.of(topic)), KafkaSettings.none(), partitions);
  }

  String observations() {
    return name + "-observations";
  }

  String predictions() {
    return name + "-predictions";
  }

  String deadLetters() {
    return name + "-dead-letters";
  }

  /** A topic to which nothing is published. */
  String silence() {
    return name + "-silence";
  }

  /** Topics as {@code braid run} takes them. */
  String address(String... topics) {
    return "kafka://" + server + "/" + String.join(",", topics);
  }

  /** Publishes a record; the result says where it lies. */
  Future<RecordMetadata> publish(int partition, String key, @Nullable String value) {
    Future<RecordMetadata> one =
        producer.send(
            new ProducerRecord<>(
                observations(),
                partition,
                key.getBytes(StandardCharsets.UTF_8),
                value == null ? null : value.getBytes(StandardCharsets.UTF_8)));
    sent.add(one);
    return one;
  }

  /**
   * Returns when all that was published is there.
   *
   * @throws ExecutionException if some of it cannot be
   */
  void flush() throws ExecutionException, InterruptedException {
    producer.flush();
    for (Future<RecordMetadata> one : sent) {
      one.get();
    }
    sent.clear();
  }

  /** Hands on what has come, waiting up to {@code patience} for it. */
  void poll(Duration patience, Consumer<ConsumerRecord<byte[], byte[]>> records) {
    consumer.poll(patience).forEach(records);
  }

  /** Hands on all that has come so far. */
  void drain(Consumer<ConsumerRecord<byte[], byte[]>> records) {
    Map<TopicPartition, Long> ends = consumer.endOffsets(read);
    while (read.stream()
        .anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
      poll(Duration.ofMillis(100), records);
    }
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
