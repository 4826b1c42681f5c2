package dev.braid.runners.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalKafkaTest {
  @TempDir static Path directory;
  private static LocalKafka kafka;

  @BeforeAll
  static void start() {
    kafka = LocalKafka.start(directory.resolve("shared"));
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void whatATransactionCommittedIsReadAgainAfterTheBrokerWasKilled() {
    try (KafkaProducer<String, String> producer = producer(Map.of("transactional.id", "t"))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("committed", "e", "first"));
      producer.commitTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("committed", "e", "never"));
      producer.flush();
      producer.abortTransaction();
    }
    long killed = kafka.pid();

    kafka.kill();
    assertThat(ProcessHandle.of(killed)).isEmpty();
    kafka.restart();

    assertThat(kafka.pid()).isNotEqualTo(killed);
    try (KafkaProducer<String, String> producer = producer(Map.of())) {
      producer.send(new ProducerRecord<>("committed", "e", "second"));
    }
    assertThat(values("committed", 2)).containsExactly("first", "second");
  }

  @Test
  void recordsOfAnyAgeStay() {
    try (KafkaProducer<String, String> producer = producer(Map.of())) {
      producer.send(new ProducerRecord<>("old", 0, 1_000L, "e", "of 1970"));
    }
    assertThat(values("old", 1)).containsExactly("of 1970");
  }

  @Test
  void aBrokerThatCannotStartIsOneLineThatNamesItsLog() {
    Path home = directory.resolve("refused");
    assertThatThrownBy(() -> LocalKafka.start(home, Map.of("num.io.threads", "none")))
        .isInstanceOf(LocalClusterException.class)
        .hasMessageContaining("ended before it serves")
        .hasMessageContaining("its log is " + home.resolve("kafka.log"));
  }

  private static KafkaProducer<String, String> producer(Map<String, String> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("bootstrap.servers", kafka.address());
    return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
  }

  private static List<String> values(String topic, int count) {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                kafka.address(),
                "group.id",
                "of " + topic,
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      List<String> values = new ArrayList<>();
      long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
      while (values.size() < count && System.nanoTime() < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
      }
      return values;
    }
  }
}
