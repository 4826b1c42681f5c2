package dev.braid.pipelines.io.kafka;

import dev.braid.transforms.observation.ObservationFormat;
import java.time.Clock;
import java.util.Optional;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.TimestampPolicy;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Event time of one partition: an observation's own time is its timestamp, and the watermark stays
 * a fixed time behind the newest one that was read. A time that lies in the future counts as now.
 *
 * <p>A partition without backlog in which nothing came for the idle timeout must not hold all
 * others back: from then on its event time passes as wall-clock time does, beginning where it
 * stopped. A partition in which nothing ever came follows the wall clock itself. The reader of
 * several partitions reports the earliest of them, so that an idle one never closes a window that
 * another one still fills. Only time in which the broker answers counts: producers hold back what
 * they cannot send, and after an outage they have the idle timeout again to send it.
 *
 * <p>Used by one thread.
 */
final class EventTimePolicy extends TimestampPolicy<byte[], byte[]> {
  /** The reader asks for the latest offset every second. */
  private static final Duration ANSWERS_WITHIN = Duration.standardSeconds(5);

  private final ObservationFormat format;
  private final Duration outOfOrderness;
  private final Duration idleTimeout;
  private final Clock clock;

  private @Nullable Instant newest;
  private @Nullable Instant lastAnswer;
  private boolean outage;
  private Duration idle = Duration.ZERO;

  /**
   * @param outOfOrderness how far an observation may lie behind the newest one of its partition
   * @param idleTimeout after how long without a record a partition is idle
   * @param previousWatermark where an earlier reader of this partition stopped
   */
  EventTimePolicy(
      ObservationFormat format,
      Duration outOfOrderness,
      Duration idleTimeout,
      Optional<Instant> previousWatermark,
      Clock clock) {
    this.format = format;
    this.outOfOrderness = outOfOrderness;
    this.idleTimeout = idleTimeout;
    this.clock = clock;
    this.newest =
        previousWatermark
            .filter(watermark -> watermark.isAfter(BoundedWindow.TIMESTAMP_MIN_VALUE))
            .map(watermark -> watermark.plus(outOfOrderness))
            .orElse(null);
  }

  /** A record whose time cannot be read gets the watermark: its dead letter is not late. */
  @Override
  public Instant getTimestampForRecord(
      PartitionContext partition, KafkaRecord<byte[], byte[]> record) {
    idle = Duration.ZERO;
    byte @Nullable [] value = record.getKV().getValue();
    java.time.Instant time = value == null ? null : format.eventTime(value);
    if (time == null) {
      return watermark();
    }
    Instant timestamp = Instant.ofEpochMilli(time.toEpochMilli());
    if (newest == null || timestamp.isAfter(newest)) {
      newest = timestamp.isAfter(now()) ? now() : timestamp;
    }
    return timestamp;
  }

  @Override
  public Instant getWatermark(PartitionContext partition) {
    Instant answer = partition.getBacklogCheckTime();
    boolean answers = !new Duration(answer, now()).isLongerThan(ANSWERS_WITHIN);
    if (partition.getMessageBacklog() != 0) {
      idle = Duration.ZERO;
    } else if (answers && outage) {
      newest = newest == null ? null : newest.plus(overdue());
      idle = Duration.ZERO;
    } else if (lastAnswer != null) {
      idle = idle.plus(new Duration(lastAnswer, answer));
    }
    outage = !answers;
    lastAnswer = answer;
    if (overdue().equals(Duration.ZERO)) {
      return watermark();
    }
    return newest == null
        ? answer.minus(idleTimeout).minus(outOfOrderness)
        : watermark().plus(overdue());
  }

  /** How long the partition has been idle. */
  private Duration overdue() {
    return idle.isLongerThan(idleTimeout) ? idle.minus(idleTimeout) : Duration.ZERO;
  }

  private Instant watermark() {
    return newest == null ? BoundedWindow.TIMESTAMP_MIN_VALUE : newest.minus(outOfOrderness);
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }
}
