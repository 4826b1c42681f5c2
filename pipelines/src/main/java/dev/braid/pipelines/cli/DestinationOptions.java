package dev.braid.pipelines.cli;

import dev.braid.pipelines.analysis.Destination;
import dev.braid.pipelines.io.ResultFormat;
import dev.braid.pipelines.io.Secret;
import dev.braid.pipelines.io.kafka.KafkaAddress;
import dev.braid.pipelines.io.kafka.KafkaOutput;
import dev.braid.pipelines.io.kafka.KafkaSettings;
import dev.braid.pipelines.io.postgres.PostgresTable;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where predictions and dead letters go. */
final class DestinationOptions {
  @Option(
      names = "--output",
      paramLabel = "DIR|TOPIC|DATABASE",
      required = true,
      description =
          "Where predictions go: a directory, kafka://host:port/topic or"
              + " jdbc:postgresql://host:port/database. Those of a directory of observations are"
              + " put into a directory when all is done.")
  private String output;

  @Option(
      names = "--dead-letters",
      paramLabel = "DIR|TOPIC",
      description =
          "Where dead letters go: a directory or kafka://host:port/topic. Default: the output, if"
              + " that is a directory.")
  private @Nullable String deadLetters;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "jsonl",
      description =
          "What files of predictions are: jsonl or parquet. Dead letters are jsonl. Default:"
              + " ${DEFAULT-VALUE}.")
  private ResultFormat format;

  @Option(
      names = "--overwrite",
      description = "Replace the results of an earlier run over a directory.")
  private boolean overwrite;

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description =
          "Properties for all of Kafka's clients, such as security.protocol and sasl.jaas.config."
              + " They are never printed.")
  private @Nullable Path kafkaConfig;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description =
          "Create the topics of predictions and dead letters with N partitions if they are not"
              + " there, 1 to 10000. Default: they must be there.")
  private @Nullable Integer partitions;

  @Option(
      names = "--transactional",
      description =
          "Publish predictions in transactions that end with Flink's checkpoints: consumers that"
              + " read committed records see each one once, up to a checkpoint later.")
  private boolean transactional;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      defaultValue = "predictions",
      description = "The table, if the output is a database. Default: ${DEFAULT-VALUE}.")
  private String table;

  @Option(names = "--createTable", description = "Create the table if it is not there.")
  private boolean createTable;

  @Option(
      names = "--jdbc-user",
      paramLabel = "NAME",
      description = "The database's user. Default: the URL's.")
  private @Nullable String jdbcUser;

  @Option(
      names = "--jdbc-password",
      paramLabel = "SECRET",
      description = "Where the user's password stands: file:PATH or env:NAME.")
  private @Nullable String jdbcPassword;

  String output() {
    return output;
  }

  boolean overwrite() {
    return overwrite;
  }

  /** What Kafka's clients are told. */
  KafkaSettings kafkaSettings() {
    return kafkaConfig == null ? KafkaSettings.none() : KafkaSettings.read(kafkaConfig);
  }

  /**
   * Where predictions go.
   *
   * @throws IllegalArgumentException if the options do not fit together; the message is one line
   */
  Destination predictions() {
    Destination predictions = destination(output);
    if (transactional && !(predictions instanceof Destination.Topic)) {
      throw new IllegalArgumentException("--transactional needs a topic of Kafka as the output");
    }
    return predictions;
  }

  /**
   * Where dead letters go.
   *
   * @throws IllegalArgumentException if nobody said so; the message is one line
   */
  Destination deadLetters() {
    Destination destination = destination(deadLetters == null ? output : deadLetters);
    if (deadLetters == null && !(destination instanceof Destination.Files)) {
      throw new IllegalArgumentException(
          "name a directory or a topic with --dead-letters: the output %s takes only predictions"
              .formatted(output));
    }
    return destination;
  }

  private Destination destination(String text) {
    if (partitions != null && (partitions < 1 || partitions > 10_000)) {
      throw new IllegalArgumentException("--partitions must be 1 to 10000, but was: " + partitions);
    }
    if (KafkaAddress.isMeantBy(text)) {
      return new Destination.Topic(
          new KafkaOutput(KafkaAddress.parse(text), kafkaSettings()),
          transactional,
          partitions == null ? 0 : partitions);
    }
    if (text.startsWith(PostgresTable.SCHEME)) {
      PostgresTable named = PostgresTable.of(text, table);
      if (jdbcUser != null) {
        named = named.withUser(jdbcUser);
      }
      return new Destination.Table(
          jdbcPassword == null ? named : named.withPassword(Secret.from(jdbcPassword)),
          createTable);
    }
    if (text.startsWith("jdbc:")) {
      throw new IllegalArgumentException(
          "of databases only PostgreSQL can be written to: %shost:port/database"
              .formatted(PostgresTable.SCHEME));
    }
    return new Destination.Files(Path.of(text), format);
  }
}
