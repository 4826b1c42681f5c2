package dev.braid.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.analysis.Oracle;
import dev.braid.pipelines.io.PredictionJson;
import dev.braid.scene.Answer;
import dev.braid.transforms.fuse.Prediction;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What consumers who read committed records see of a topic of predictions. */
final class PublishedPredictions implements AutoCloseable {
  private final KafkaConsumer<String, String> consumer;
  private final Map<String, Prediction> byKey = new TreeMap<>();
  private final Set<String> repeated = new HashSet<>();
  private int records;

  PublishedPredictions(String servers, String topic, int partitions) {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", servers,
                "group.id", "of-" + UUID.randomUUID(),
                "isolation.level", "read_committed",
                "enable.auto.commit", "false",
                "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new StringDeserializer());
    List<TopicPartition> all =
        IntStream.range(0, partitions)
            .mapToObj(partition -> new TopicPartition(topic, partition))
            .toList();
    consumer.assign(all);
    consumer.seekToBeginning(all);
  }

  /** How many there are by now. */
  int count() {
    poll();
    return byKey.size();
  }

  private void poll() {
    for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
      records++;
      Prediction prediction = PredictionJson.parse(record.value());
      assertThat(record.key()).isEqualTo(prediction.getEntity());
      String key = prediction.getEntity() + "|" + prediction.getWindowEnd();
      Prediction other = byKey.put(key, prediction);
      if (other != null) {
        repeated.add(key);
        assertThat(prediction.getId()).isEqualTo(other.getId());
        assertThat(prediction.getPresent()).as("repeated " + key).isEqualTo(other.getPresent());
        assertSame(key, prediction.getAnswer(), other.getAnswer());
      }
    }
  }

  /**
   * Waits for all answers, and holds each one to the oracle's.
   *
   * @param once whether each must be there exactly once, and not only under one id
   * @return how many were compared
   */
  int awaitAll(Map<String, Oracle.Expected> expected, boolean once, Duration limit) {
    Await.until(
        () -> {
          Set<String> missing = new TreeSet<>(expected.keySet());
          missing.removeAll(byKey.keySet());
          return "all %d windows are answered; %d are missing, such as %s"
              .formatted(expected.size(), missing.size(), missing.stream().limit(5).toList());
        },
        limit,
        () -> {
          poll();
          return byKey.keySet().containsAll(expected.keySet());
        });
    // Whatever else there is by now: nothing may follow.
    poll();
    poll();
    assertThat(byKey.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (key, scene) -> {
          assertThat(byKey.get(key).getPresent()).as(key).isEqualTo(scene.present());
          assertSame(key, byKey.get(key).getAnswer(), scene.answer());
          assertThat(byKey.get(key).getRevision()).as(key).isZero();
        });
    if (once) {
      assertThat(repeated).as("answered twice").isEmpty();
      assertThat(records).isEqualTo(expected.size());
    }
    return expected.size();
  }

  /** Records that came again under the id of an earlier one. */
  int repeatedCount() {
    return records - byKey.size();
  }

  private static void assertSame(String key, Answer found, Answer expected) {
    assertThat(found)
        .as(key)
        .usingRecursiveComparison()
        .withEqualsForType((a, b) -> Math.abs(a - b) <= 1e-4f, Float.class)
        .isEqualTo(expected);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
