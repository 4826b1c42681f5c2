package dev.braid.pipelines.analysis;

import dev.braid.pipelines.io.kafka.KafkaOutput;
import dev.braid.pipelines.io.postgres.PostgresTable;
import java.nio.file.Path;

/** Where predictions or dead letters go. */
public sealed interface Destination {

  /** Files in a directory that every worker sees. */
  record Files(Path directory) implements Destination {}

  /**
   * A topic of Kafka.
   *
   * @param transactional whether predictions are published in transactions, see {@link
   *     dev.braid.pipelines.io.kafka.PublishPredictions#transactional}
   * @param partitions with how many partitions to create it if it is not there; 0 if it must be
   */
  record Topic(KafkaOutput output, boolean transactional, int partitions) implements Destination {}

  /**
   * A table of PostgreSQL; for predictions only.
   *
   * @param create whether to create it if it is not there
   */
  record Table(PostgresTable table, boolean create) implements Destination {}
}
