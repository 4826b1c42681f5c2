package dev.braid.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.observation.ObservationJson;
import dev.braid.pipelines.analysis.SampleLines;
import dev.braid.runners.local.LocalKafka;
import dev.braid.transforms.observation.ObservationAvro;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishCommandTest {
  @TempDir private static Path directory;
  private static LocalKafka kafka;

  @BeforeAll
  static void startBroker() throws Exception {
    kafka = LocalKafka.start(directory.resolve("kafka"));
    Files.write(
        directory.resolve("a.jsonl"),
        List.of(
            SampleLines.log("a1", "2026-01-01T00:00:01Z", "one"),
            "{\"id\":\"broken",
            SampleLines.log("a2", "2026-01-01T00:00:03Z", "three")));
    Files.write(
        directory.resolve("b.jsonl.gz"),
        SampleLines.gzip(List.of(SampleLines.log("b1", "2026-01-01T00:00:02Z", "two"))));
  }

  @AfterAll
  static void stopBroker() {
    kafka.close();
  }

  @Test
  void observationsComeInTheOrderOfEventTimeUnderTheirEntity() {
    Shell shell = publish("--data", directory, "--to", topic("plant"), "--partitions", 3, "--json");

    assertThat(shell.code()).as(shell.err()).isZero();
    assertThat(shell.out()).isEqualToIgnoringNewLines("{\"published\":4,\"noObservations\":1}");
    List<String> keyed = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : read("plant", 3, 4)) {
      String value = new String(record.value(), StandardCharsets.UTF_8);
      if (record.key() == null) {
        others.add(value);
      } else {
        assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo("e");
        keyed.add(value.replaceAll(".*\"id\":\"(..)\".*", "$1"));
      }
    }
    // One entity, hence one partition, in order.
    assertThat(keyed).containsExactly("a1", "b1", "a2");
    assertThat(others).containsExactly("{\"id\":\"broken");
  }

  @Test
  void observationsMayBePublishedInAvro() throws Exception {
    Shell shell =
        publish("--data", directory, "--to", topic("avro"), "--partitions", 1, "--values", "avro");

    assertThat(shell.code()).as(shell.err()).isZero();
    List<ConsumerRecord<byte[], byte[]>> records = read("avro", 1, 4);
    assertThat(ObservationAvro.parse(records.get(0).value()))
        .isEqualTo(ObservationJson.parse(SampleLines.log("a1", "2026-01-01T00:00:01Z", "one")));
    // What is no observation stays what it is.
    assertThat(new String(records.get(1).value(), StandardCharsets.UTF_8))
        .isEqualTo("{\"id\":\"broken");
  }

  @Test
  void aTopicThatIsNotThereIsOneLineThatNamesThoseThatAre() {
    Shell shell = publish("--data", directory, "--to", topic("nowhere"));

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err())
        .startsWith(
            "braid: there is no topic 'nowhere' at %s; create it first. There are: "
                .formatted(kafka.address()));
    assertThat(shell.out()).isEmpty();
  }

  @Test
  void anAddressOfAnotherFormIsBadUsage() {
    Shell shell = publish("--data", directory, "--to", "plant");

    assertThat(shell.code()).isEqualTo(2);
    assertThat(shell.err())
        .contains("a Kafka address must look like kafka://host:port/topic, but was: plant");
    assertThat(publish("--data", directory, "--to", topic("a,b")).code()).isEqualTo(2);
  }

  @Test
  void withSpeedTimePassesAsFastAsAsked() {
    long start = System.nanoTime();
    Shell shell =
        publish("--data", directory, "--to", topic("paced"), "--partitions", 1, "--speed", 10);

    assertThat(shell.code()).as(shell.err()).isZero();
    // Two seconds of event time.
    assertThat(System.nanoTime() - start).isGreaterThan(200_000_000L);
  }

  private static Shell publish(Object... options) {
    List<String> arguments = new ArrayList<>(List.of("publish"));
    for (Object option : options) {
      arguments.add(option.toString());
    }
    return Shell.run(arguments.toArray(String[]::new));
  }

  private static String topic(String name) {
    return "kafka://" + kafka.address() + "/" + name;
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(
      String topic, int partitions, int count) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.address()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> all = new ArrayList<>();
      for (int p = 0; p < partitions; p++) {
        all.add(new TopicPartition(topic, p));
      }
      consumer.assign(all);
      consumer.seekToBeginning(all);
      while (records.size() < count && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    assertThat(records).hasSize(count);
    return records;
  }
}
