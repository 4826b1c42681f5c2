package dev.braid.pipelines.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.pipelines.io.ObservationFiles;
import dev.braid.pipelines.io.SortedObservations;
import dev.braid.pipelines.io.SortedObservations.Line;
import dev.braid.pipelines.io.kafka.KafkaAddress;
import dev.braid.pipelines.io.kafka.KafkaCluster;
import dev.braid.pipelines.io.kafka.KafkaSettings;
import dev.braid.pipelines.io.kafka.PublishObservations;
import dev.braid.transforms.observation.ObservationFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code braid publish}: a data set as a stream. */
@Command(
    name = "publish",
    description =
        "Publishes the observations of a directory to a topic of Kafka, in the order of event time, each"
            + " under its entity as the key. A 'uri' is not followed: give 'braid run' the"
            + " directory with --blobs.",
    mixinStandardHelpOptions = true)
final class PublishCommand implements Callable<Integer> {
  private static final double MOST = 1e6;

  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "Where the observations are, as for 'braid run --input'.")
  private Path data;

  @Option(
      names = "--to",
      paramLabel = "TOPIC",
      required = true,
      description = "The topic: kafka://host:port/topic.")
  private String to;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Create the topic with N partitions if it is not there, 1 to 10000.")
  private @Nullable Integer partitions;

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description = "Properties for Kafka's clients. They are never printed.")
  private @Nullable Path kafkaConfig;

  @Option(
      names = "--values",
      paramLabel = "FORMAT",
      defaultValue = "json",
      description = "What the records hold: json or avro. Default: ${DEFAULT-VALUE}.")
  private ObservationFormat values;

  @Option(
      names = "--speed",
      paramLabel = "X",
      description =
          "How much faster than in the data time passes: 1 is as it was, 60 a minute in a second."
              + " Default: as fast as possible.")
  private @Nullable Double speed;

  @Option(names = "--json", description = "Print the counts as one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    KafkaAddress address;
    KafkaSettings settings;
    try {
      address = KafkaAddress.parse(to);
      address.topic();
      settings = kafkaConfig == null ? KafkaSettings.none() : KafkaSettings.read(kafkaConfig);
      check(
          partitions == null || (partitions >= 1 && partitions <= 10_000),
          "--partitions",
          "1 to 10000",
          partitions);
      check(
          speed == null || (speed > 0 && speed <= MOST),
          "--speed",
          "above 0 and at most 1000000",
          speed);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
    ObservationFiles files = ObservationFiles.below(data);
    if (partitions != null) {
      KafkaCluster.create(address, settings, partitions);
    }
    KafkaCluster.partitions(address, settings);
    long published = 0;
    long broken = 0;
    try (ProgressBar bar = Progress.bar("publish", -1);
        SortedObservations lines = SortedObservations.of(files);
        PublishObservations topic = new PublishObservations(address, settings, values)) {
      Pace pace = new Pace(speed);
      for (Line line = lines.next(); line != null; line = lines.next()) {
        pace.await(line.time());
        topic.publish(line);
        published++;
        broken += line.observation() == null ? 1 : 0;
        bar.step();
      }
      topic.flush();
    }
    report(published, broken);
    return 0;
  }

  private static void check(boolean holds, String option, String range, @Nullable Object value) {
    if (!holds) {
      throw new IllegalArgumentException(
          "%s must be %s, but was: %s".formatted(option, range, value));
    }
  }

  private void report(long published, long broken) throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    err.printf("%d records published to %s, %d of them no observations%n", published, to, broken);
    err.flush();
    if (json) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          JsonMapper.builder()
              .build()
              .createObjectNode()
              .put("published", published)
              .put("noObservations", broken)
              .toString());
      out.flush();
    }
  }

  /** Waits until it is time for an event. */
  private static final class Pace {
    private final @Nullable Double speed;
    private final long startNanos = System.nanoTime();
    private @Nullable Instant first;

    Pace(@Nullable Double speed) {
      this.speed = speed;
    }

    void await(Instant time) throws InterruptedException {
      if (speed == null || time.toEpochMilli() == Long.MIN_VALUE) {
        return;
      }
      if (first == null) {
        first = time;
      }
      double dueNanos = Duration.between(first, time).toMillis() * 1e6 / speed;
      long waitNanos = startNanos + (long) dueNanos - System.nanoTime();
      if (waitNanos > 0) {
        TimeUnit.NANOSECONDS.sleep(waitNanos);
      }
    }
  }
}
