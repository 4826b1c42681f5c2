package org.apache.beam.sdk.io.kafka;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.kafka.common.TopicPartition;

/**
 * Beam's source of a Kafka read, whose partitions are dealt out to as many readers as a runner
 * wants, whether or not all readers get the same number of them.
 *
 * <p>Beam's own makes more readers until they do: of 3 partitions for 2 workers 3 readers, of which
 * one worker has two. A reader without records waits up to 20 ms for some, and the worker's other
 * reader waits with it, record by record.
 *
 * <p>Immutable and serializable; lies here because Beam shows its source to its own package alone.
 */
public final class PartitionGroups<K, V>
    extends UnboundedSource<KafkaRecord<K, V>, KafkaCheckpointMark> {
  private static final long serialVersionUID = 1L;

  private final KafkaIO.Read<K, V> read;
  private final int most;

  private PartitionGroups(KafkaIO.Read<K, V> read, int most) {
    this.read = read;
    this.most = most;
  }

  /**
   * What {@code read}, whose coders are set, would read.
   *
   * @param most readers, 1 or more, where the runner wants more: Flink's wants as many as its
   *     {@code maxParallelism}, whatever the workers are
   */
  public static <K, V> PartitionGroups<K, V> of(KafkaIO.Read<K, V> read, int most) {
    return new PartitionGroups<>(read, most);
  }

  /** In an order that depends on the names and numbers of the partitions alone. */
  @Override
  public List<? extends UnboundedSource<KafkaRecord<K, V>, KafkaCheckpointMark>> split(
      int wanted, PipelineOptions options) throws Exception {
    int readers = Math.min(wanted, most);
    List<List<TopicPartition>> groups = new ArrayList<>();
    int next = 0;
    for (KafkaUnboundedSource<K, V> one : whole().split(Integer.MAX_VALUE, options)) {
      if (groups.size() < readers) {
        groups.add(new ArrayList<>());
      }
      groups.get(next++ % readers).addAll(one.getSpec().getTopicPartitions());
    }
    List<KafkaUnboundedSource<K, V>> sources = new ArrayList<>();
    for (List<TopicPartition> group : groups) {
      sources.add(
          new KafkaUnboundedSource<>(
              read.toBuilder().setTopics(List.of()).setTopicPartitions(group).build(),
              sources.size()));
    }
    return sources;
  }

  @Override
  public UnboundedReader<KafkaRecord<K, V>> createReader(
      PipelineOptions options, KafkaCheckpointMark mark) {
    return whole().createReader(options, mark);
  }

  @Override
  public Coder<KafkaCheckpointMark> getCheckpointMarkCoder() {
    return whole().getCheckpointMarkCoder();
  }

  @Override
  public Coder<KafkaRecord<K, V>> getOutputCoder() {
    return whole().getOutputCoder();
  }

  @Override
  public boolean requiresDeduping() {
    return whole().requiresDeduping();
  }

  private KafkaUnboundedSource<K, V> whole() {
    return new KafkaUnboundedSource<>(read, -1);
  }
}
