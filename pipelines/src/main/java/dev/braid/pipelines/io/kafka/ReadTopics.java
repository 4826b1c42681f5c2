package dev.braid.pipelines.io.kafka;

import dev.braid.transforms.observation.Received;
import dev.braid.transforms.observation.ReceivedCoder;
import dev.braid.transforms.observation.SourcePosition;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.NullableCoder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.PartitionGroups;
import org.apache.beam.sdk.io.kafka.TimestampPolicy;
import org.apache.beam.sdk.io.kafka.TimestampPolicyFactory;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Reads the records of all topics of a {@link KafkaInput} in one read, each with the event time of
 * its observation. Offsets are committed to the group when the engine completes a checkpoint.
 * Records of transactions that were not committed are not read, unless the settings say so.
 */
public final class ReadTopics extends PTransform<PBegin, PCollection<Received>> {
  private final KafkaInput input;
  private final int mostReaders;

  private ReadTopics(KafkaInput input, int mostReaders) {
    this.input = input;
    this.mostReaders = mostReaders;
  }

  /**
   * Reads from these topics.
   *
   * @param mostReaders among which the partitions are dealt out, at most
   */
  public static ReadTopics of(KafkaInput input, int mostReaders) {
    return new ReadTopics(input, mostReaders);
  }

  @Override
  public PCollection<Received> expand(PBegin begin) {
    return begin
        .apply(
            "Topics",
            Read.from(
                PartitionGroups.of(
                    KafkaIO.<byte[], byte[]>read()
                        .withBootstrapServers(input.address().servers())
                        .withTopics(input.address().topics())
                        // A record without a key or a value is legal, and the coder must survive
                        // it.
                        .withKeyDeserializerAndCoder(
                            ByteArrayDeserializer.class, NullableCoder.of(ByteArrayCoder.of()))
                        .withValueDeserializerAndCoder(
                            ByteArrayDeserializer.class, NullableCoder.of(ByteArrayCoder.of()))
                        .withConsumerConfigUpdates(consumer())
                        .withTimestampPolicyFactory(new Policies(input))
                        .commitOffsetsInFinalize(),
                    mostReaders)))
        .apply("Receive", ParDo.of(new Receive()))
        .setCoder(ReceivedCoder.of());
  }

  private Map<String, Object> consumer() {
    Map<String, Object> defaults =
        input.settings().over(Map.of(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"));
    defaults.putAll(
        Map.of(
            ConsumerConfig.GROUP_ID_CONFIG,
            input.group(),
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            input.start().name().toLowerCase(Locale.ROOT)));
    return defaults;
  }

  private static final class Policies implements TimestampPolicyFactory<byte[], byte[]> {
    private static final long serialVersionUID = 1L;

    private final KafkaInput input;

    Policies(KafkaInput input) {
      this.input = input;
    }

    @Override
    public TimestampPolicy<byte[], byte[]> createTimestampPolicy(
        TopicPartition partition, Optional<Instant> previousWatermark) {
      return new EventTimePolicy(
          input.format(),
          Duration.millis(input.outOfOrderness().toMillis()),
          Duration.millis(input.idleTimeout().toMillis()),
          previousWatermark,
          Clock.systemUTC());
    }
  }

  private static final class Receive extends DoFn<KafkaRecord<byte[], byte[]>, Received> {
    @ProcessElement
    public void process(@Element KafkaRecord<byte[], byte[]> record, OutputReceiver<Received> out) {
      byte[] value = record.getKV().getValue();
      out.output(
          Received.of(
              value == null ? new byte[0] : value,
              new SourcePosition(record.getTopic(), record.getPartition(), record.getOffset())));
    }
  }
}
