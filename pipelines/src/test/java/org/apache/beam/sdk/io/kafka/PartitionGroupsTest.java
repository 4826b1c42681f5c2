package org.apache.beam.sdk.io.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartitionGroupsTest {
  private static final String TOPIC = "observations";

  @Test
  void threePartitionsForTwoWorkersAreTwoReaders() throws Exception {
    assertThat(readers(3, 2)).containsExactly(List.of(0, 2), List.of(1));
  }

  @Test
  void aRunnerThatWantsMoreReadersThanThereAreWorkersGetsOneForEach() throws Exception {
    assertThat(readers(5, 128, 2)).containsExactly(List.of(0, 2, 4), List.of(1, 3));
  }

  @ParameterizedTest
  @CsvSource({"12, 8", "7, 7", "2, 5", "5, 1", "100, 64"})
  void everyPartitionIsReadOnceByNoMoreReadersThanWorkersAndAllHaveAboutAsMany(
      int partitions, int workers) throws Exception {
    List<List<Integer>> readers = readers(partitions, workers);

    assertThat(readers).hasSize(Math.min(partitions, workers));
    assertThat(readers.stream().flatMap(List::stream))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, partitions).boxed().toList());
    assertThat(readers)
        .allSatisfy(
            reader ->
                assertThat(reader.size())
                    .isBetween(
                        partitions / readers.size(),
                        (partitions + readers.size() - 1) / readers.size()));
  }

  /** The partitions of each. */
  private static List<List<Integer>> readers(int partitions, int workers) throws Exception {
    return readers(partitions, workers, Integer.MAX_VALUE);
  }

  private static List<List<Integer>> readers(int partitions, int wanted, int most)
      throws Exception {
    return PartitionGroups.of(read(partitions), most)
        .split(wanted, PipelineOptionsFactory.create())
        .stream()
        .map(reader -> ((KafkaUnboundedSource<?, ?>) reader).getSpec().getTopicPartitions())
        .map(group -> group.stream().map(TopicPartition::partition).toList())
        .toList();
  }

  private static KafkaIO.Read<byte[], byte[]> read(int partitions) {
    return KafkaIO.<byte[], byte[]>read()
        .withBootstrapServers("127.0.0.1:1")
        .withTopic(TOPIC)
        .withKeyDeserializerAndCoder(ByteArrayDeserializer.class, ByteArrayCoder.of())
        .withValueDeserializerAndCoder(ByteArrayDeserializer.class, ByteArrayCoder.of())
        .withConsumerFactoryFn(config -> consumer(partitions));
  }

  private static Consumer<byte[], byte[]> consumer(int partitions) {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>(OffsetResetStrategy.EARLIEST);
    consumer.updatePartitions(
        TOPIC,
        IntStream.range(0, partitions)
            .mapToObj(i -> new PartitionInfo(TOPIC, i, null, null, null))
            .toList());
    return consumer;
  }
}
