package dev.braid.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.analysis.Oracle;
import dev.braid.pipelines.io.PredictionJson;
import dev.braid.transforms.fuse.Prediction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What consumers who read committed records see of a topic of predictions. */
final class PublishedPredictions implements AutoCloseable {
  private final KafkaConsumer<String, String> consumer;
  private final FoundPredictions found = new FoundPredictions();

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
    return found.count();
  }

  private void poll() {
    for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
      Prediction prediction = PredictionJson.parse(record.value());
      assertThat(record.key()).isEqualTo(prediction.getEntity());
      found.add(prediction);
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
        () -> found.missing(expected),
        limit,
        () -> {
          poll();
          return found.hasAll(expected);
        });
    // Whatever else there is by now: nothing may follow.
    poll();
    poll();
    found.compare(expected, once);
    return expected.size();
  }

  /** Records that came again under the id of an earlier one. */
  int repeatedCount() {
    return found.repeatedCount();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
