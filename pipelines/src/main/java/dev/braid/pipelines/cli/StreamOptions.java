package dev.braid.pipelines.cli;

import dev.braid.observation.Blobs;
import dev.braid.pipelines.analysis.StreamRun;
import dev.braid.pipelines.io.kafka.KafkaAddress;
import dev.braid.pipelines.io.kafka.KafkaInput;
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

/** How a stream is read; a run over a directory has no use for it. */
final class StreamOptions {
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
   * The run from a Kafka address.
   *
   * @throws IllegalArgumentException if the options do not fit together; the message is one line
   */
  StreamRun run(Path bundle, String input, DestinationOptions destinations) {
    return new StreamRun(
        bundle,
        new KafkaInput(
            KafkaAddress.parse(input),
            destinations.kafkaSettings(),
            values,
            outOfOrderness,
            idleTimeout,
            start,
            group == null ? "braid-" + UUID.randomUUID() : group),
        blobs == null ? Blobs.none() : Blobs.below(blobs),
        destinations.predictions(),
        destinations.deadLetters());
  }
}
