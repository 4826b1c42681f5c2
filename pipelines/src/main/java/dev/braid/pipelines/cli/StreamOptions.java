package dev.braid.pipelines.cli;

import dev.braid.observation.Blobs;
import dev.braid.pipelines.analysis.Destination;
import dev.braid.pipelines.analysis.StreamRun;
import dev.braid.pipelines.io.Secret;
import dev.braid.pipelines.io.kafka.KafkaAddress;
import dev.braid.pipelines.io.kafka.KafkaInput;
import dev.braid.pipelines.io.kafka.KafkaOutput;
import dev.braid.pipelines.io.kafka.KafkaSettings;
import dev.braid.pipelines.io.postgres.PostgresTable;
import dev.braid.spec.DurationText;
import dev.braid.spec.InvalidSpecException;
import dev.braid.transforms.observation.ObservationFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What {@code run} asks for when it reads a stream; what a run over files has no use for. */
final class StreamOptions {
  @Option(
      names = "--dead-letters",
      paramLabel = "DIR|TOPIC",
      description =
          "Where dead letters go: a directory or kafka://host:port/topic. Default: the output, if"
              + " that is a directory.")
  private @Nullable String deadLetters;

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description =
          "Properties for all of Kafka's clients, such as security.protocol and sasl.jaas.config."
              + " They are never printed.")
  private @Nullable Path kafkaConfig;

  @Option(
      names = "--values",
      paramLabel = "FORMAT",
      defaultValue = "json",
      description =
          "What the records hold: json, or avro (single-object encoding of Braid's schema)."
              + " Default: ${DEFAULT-VALUE}.")
  private ObservationFormat values;

  @Option(
      names = "--out-of-orderness",
      paramLabel = "DURATION",
      defaultValue = "5s",
      converter = Durations.class,
      description =
          "How far behind the newest observation of its partition one may lie without being late."
              + " Default: ${DEFAULT-VALUE}.")
  private Duration outOfOrderness;

  @Option(
      names = "--idle-timeout",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = Durations.class,
      description =
          "After how long without a record a partition no longer holds the others back. Default:"
              + " ${DEFAULT-VALUE}.")
  private Duration idleTimeout;

  @Option(
      names = "--start",
      paramLabel = "WHERE",
      defaultValue = "earliest",
      description =
          "Where to begin in partitions that the group has no offset for: earliest or latest."
              + " Default: ${DEFAULT-VALUE}.")
  private KafkaInput.Start start;

  @Option(
      names = "--group",
      paramLabel = "NAME",
      description =
          "The consumer group, whose offsets are committed with checkpoints. Default: a new one for"
              + " each run.")
  private @Nullable String group;

  @Option(
      names = "--blobs",
      paramLabel = "DIR",
      description =
          "The directory below which a 'uri' of an observation is read. Default: none is followed.")
  private @Nullable Path blobs;

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

  /** Durations as a spec writes them. */
  static final class Durations implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      try {
        return DurationText.parse(value);
      } catch (InvalidSpecException e) {
        throw new TypeConversionException(
            String.valueOf(e.getMessage()).replaceFirst("^spec: ", ""));
      }
    }
  }

  /**
   * The run from a Kafka address to {@code output}.
   *
   * @throws IllegalArgumentException if the options do not fit together; the message is one line
   */
  StreamRun run(Path bundle, String input, String output) {
    if (partitions != null && (partitions < 1 || partitions > 10_000)) {
      throw new IllegalArgumentException("--partitions must be 1 to 10000, but was: " + partitions);
    }
    KafkaSettings settings =
        kafkaConfig == null ? KafkaSettings.none() : KafkaSettings.read(kafkaConfig);
    Destination predictions = destination(output, settings);
    if (deadLetters == null && !(predictions instanceof Destination.Files)) {
      throw new IllegalArgumentException(
          "name a directory or a topic with --dead-letters: the output %s takes only predictions"
              .formatted(output));
    }
    if (transactional && !(predictions instanceof Destination.Topic)) {
      throw new IllegalArgumentException("--transactional needs a topic of Kafka as the output");
    }
    return new StreamRun(
        bundle,
        new KafkaInput(
            KafkaAddress.parse(input),
            settings,
            values,
            outOfOrderness,
            idleTimeout,
            start,
            group == null ? "braid-" + UUID.randomUUID() : group),
        blobs == null ? Blobs.none() : Blobs.below(blobs),
        predictions,
        deadLetters == null ? predictions : destination(deadLetters, settings));
  }

  private Destination destination(String text, KafkaSettings settings) {
    if (KafkaAddress.isMeantBy(text)) {
      return new Destination.Topic(
          new KafkaOutput(KafkaAddress.parse(text), settings),
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
    return new Destination.Files(Path.of(text));
  }
}
