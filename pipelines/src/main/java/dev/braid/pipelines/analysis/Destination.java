package dev.braid.pipelines.analysis;

import dev.braid.pipelines.io.ResultFormat;
import dev.braid.pipelines.io.kafka.KafkaOutput;
import dev.braid.pipelines.io.postgres.PostgresTable;
import java.nio.file.Path;

/** Where predictions or dead letters go; as a text, its name without secrets. */
public sealed interface Destination {

  /**
   * Files in a directory that every worker sees.
   *
   * @param format of predictions; dead letters are lines
   */
  record Files(Path directory, ResultFormat format) implements Destination {
    /** Lines of JSON. */
    public Files(Path directory) {
      this(directory, ResultFormat.JSONL);
    }

    @Override
    public String toString() {
      return directory.toString();
    }
  }

  /**
   * A topic of Kafka.
   *
   * @param transactional whether predictions are published in transactions, see {@link
   *     dev.braid.pipelines.io.kafka.PublishPredictions#transactional}
   * @param partitions with how many partitions to create it if it is not there; 0 if it must be
   */
  record Topic(KafkaOutput output, boolean transactional, int partitions) implements Destination {
    @Override
    public String toString() {
      return output.address().toString();
    }
  }

  /**
   * A table of PostgreSQL; for predictions only.
   *
   * @param create whether to create it if it is not there
   */
  record Table(PostgresTable table, boolean create) implements Destination {
    @Override
    public String toString() {
      return table.toString();
    }
  }
}
