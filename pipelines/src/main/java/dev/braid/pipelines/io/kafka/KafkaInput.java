package dev.braid.pipelines.io.kafka;

import dev.braid.transforms.observation.ObservationFormat;
import java.io.Serializable;
import java.time.Duration;

/**
 * Which observations are read from Kafka, and how.
 *
 * @param address the topics, all of them read at once
 * @param settings for the consumers
 * @param format of the values
 * @param outOfOrderness how far behind the newest observation of its partition one may lie without
 *     being late, 0 to 365 days
 * @param idleTimeout after how long without a record a partition no longer holds the others back, 1
 *     s to 365 days
 * @param start where to begin in partitions for which the group has no offset
 * @param group the consumer group, to which offsets are committed with the engine's checkpoints
 */
public record KafkaInput(
    KafkaAddress address,
    KafkaSettings settings,
    ObservationFormat format,
    Duration outOfOrderness,
    Duration idleTimeout,
    Start start,
    String group)
    implements Serializable {
  private static final Duration LONGEST = Duration.ofDays(365);

  /** Where to begin in a partition. */
  public enum Start {
    EARLIEST,
    LATEST
  }

  public KafkaInput {
    check(outOfOrderness, Duration.ZERO, "the out-of-orderness");
    check(idleTimeout, Duration.ofSeconds(1), "the idle timeout");
    if (group.isBlank()) {
      throw new IllegalArgumentException("the consumer group must have a name");
    }
  }

  private static void check(Duration value, Duration least, String name) {
    if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "%s must be %d s to 365 days, but was: %s".formatted(name, least.toSeconds(), value));
    }
  }
}
