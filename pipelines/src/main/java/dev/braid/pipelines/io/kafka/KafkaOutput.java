package dev.braid.pipelines.io.kafka;

import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.NullableCoder;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.io.kafka.ProducerRecordCoder;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A topic that is written to.
 *
 * @param address one topic
 * @param settings for the producers
 */
public record KafkaOutput(KafkaAddress address, KafkaSettings settings) {

  public KafkaOutput {
    address.topic();
  }

  /** Records of bytes; a record may have no key. */
  static Coder<ProducerRecord<byte[], byte[]>> coder() {
    return ProducerRecordCoder.of(
        NullableCoder.of(ByteArrayCoder.of()), NullableCoder.of(ByteArrayCoder.of()));
  }

  /** Every record is acknowledged by all replicas that are in sync before a bundle ends. */
  KafkaIO.WriteRecords<byte[], byte[]> write() {
    return KafkaIO.<byte[], byte[]>writeRecords()
        .withBootstrapServers(address.servers())
        .withTopic(address.topic())
        .withKeySerializer(ByteArraySerializer.class)
        .withValueSerializer(ByteArraySerializer.class)
        .withProducerConfigUpdates(
            settings.over(
                Map.of(
                    ProducerConfig.ACKS_CONFIG,
                    "all",
                    ProducerConfig.COMPRESSION_TYPE_CONFIG,
                    "lz4")));
  }
}
