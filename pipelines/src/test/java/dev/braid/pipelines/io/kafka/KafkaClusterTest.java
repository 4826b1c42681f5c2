package dev.braid.pipelines.io.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.runners.local.LocalKafka;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaClusterTest {
  private static final int TOPICS = 60;
  private static final int PARTITIONS = 3;

  @TempDir private static Path directory;

  @Test
  void topicsTakeRecordsAsSoonAsTheyAreMade() throws Exception {
    try (LocalKafka kafka = LocalKafka.start(directory);
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.address()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      for (int t = 0; t < TOPICS; t++) {
        String topic = "topic-" + t;
        KafkaAddress address = new KafkaAddress(kafka.address(), List.of(topic));

        KafkaCluster.create(address, KafkaSettings.none(), PARTITIONS);

        for (int partition = 0; partition < PARTITIONS; partition++) {
          long offset =
              producer
                  .send(new ProducerRecord<>(topic, partition, null, new byte[] {1}))
                  .get(1, TimeUnit.MINUTES)
                  .offset();
          assertThat(offset).isZero();
        }
      }
    }
  }
}
