package dev.braid.pipelines.io.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.transforms.observation.ObservationFormat;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.beam.sdk.io.kafka.TimestampPolicy.PartitionContext;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class EventTimePolicyTest {
  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

  private final Wall wall = new Wall();
  private final Partition partition = new Partition();
  private EventTimePolicy policy = policy(Optional.empty());

  @Test
  void theWatermarkStaysBehindTheNewestObservationAndNeverGoesBack() {
    assertThat(watermark()).isEqualTo(BoundedWindow.TIMESTAMP_MIN_VALUE);

    assertThat(read("2026-01-01T11:00:10Z")).isEqualTo(Instant.parse("2026-01-01T11:00:10Z"));
    assertThat(watermark()).isEqualTo(Instant.parse("2026-01-01T11:00:05Z"));
    assertThat(read("2026-01-01T11:00:03Z")).isEqualTo(Instant.parse("2026-01-01T11:00:03Z"));
    assertThat(watermark()).isEqualTo(Instant.parse("2026-01-01T11:00:05Z"));
    read("1969-12-31T23:59:59Z");
    assertThat(watermark()).isEqualTo(Instant.parse("2026-01-01T11:00:05Z"));
  }

  @Test
  void aRecordThatCannotBeReadGetsTheWatermarkAndDoesNotMoveIt() {
    assertThat(readValue("{\"id\":")).isEqualTo(BoundedWindow.TIMESTAMP_MIN_VALUE);
    read("2026-01-01T11:00:10Z");

    assertThat(readValue("no JSON")).isEqualTo(Instant.parse("2026-01-01T11:00:05Z"));
    assertThat(readValue(null)).isEqualTo(Instant.parse("2026-01-01T11:00:05Z"));
    assertThat(watermark()).isEqualTo(Instant.parse("2026-01-01T11:00:05Z"));
  }

  @Test
  void anObservationFromTheFutureDoesNotMakeAllOthersLate() {
    assertThat(read("2099-01-01T00:00:00Z")).isEqualTo(Instant.parse("2099-01-01T00:00:00Z"));

    assertThat(watermark()).isEqualTo(START.minus(Duration.standardSeconds(5)));
  }

  @Test
  void inAnIdlePartitionEventTimePassesAsWallClockTimeDoes() {
    read("2026-01-01T11:00:10Z");
    pass(30);
    assertThat(watermark()).isEqualTo(Instant.parse("2026-01-01T11:00:05Z"));
    pass(7);
    assertThat(watermark()).isEqualTo(Instant.parse("2026-01-01T11:00:12Z"));

    // It goes on where its observations are.
    read("2026-01-01T11:00:20Z");
    assertThat(watermark()).isEqualTo(Instant.parse("2026-01-01T11:00:15Z"));
  }

  @Test
  void aPartitionWithBacklogIsNeverIdle() {
    read("2026-01-01T11:00:10Z");
    partition.backlog = 1;
    pass(600);
    assertThat(watermark()).isEqualTo(Instant.parse("2026-01-01T11:00:05Z"));
    partition.backlog = -1; // Not known yet.
    pass(600);
    assertThat(watermark()).isEqualTo(Instant.parse("2026-01-01T11:00:05Z"));
  }

  @Test
  void aPartitionInWhichNothingEverCameFollowsTheWallClockOnceItIsIdle() {
    pass(30);
    assertThat(watermark()).isEqualTo(BoundedWindow.TIMESTAMP_MIN_VALUE);
    pass(1);
    assertThat(watermark()).isEqualTo(START.plus(Duration.standardSeconds(31 - 30 - 5)));
  }

  @Test
  void whileTheBrokerIsAwayNoTimePassesAndThenTheTimeoutBeginsAnew() {
    read("2026-01-01T11:00:10Z");
    pass(40); // 10 s overdue.
    assertThat(watermark()).isEqualTo(Instant.parse("2026-01-01T11:00:15Z"));

    wall.millis += 600_000; // Nobody answers.
    Instant asBefore = policy.getWatermark(new Silent(wall.millis - 600_000));
    assertThat(asBefore).isEqualTo(Instant.parse("2026-01-01T11:00:15Z"));
    assertThat(watermark()).isEqualTo(Instant.parse("2026-01-01T11:00:15Z"));
    pass(30);
    assertThat(watermark()).isEqualTo(Instant.parse("2026-01-01T11:00:15Z"));
    pass(3);
    assertThat(watermark()).isEqualTo(Instant.parse("2026-01-01T11:00:18Z"));
  }

  @Test
  void anEngineThatAsksSeldomSeesAnIdlePartitionAllTheSame() {
    read("2026-01-01T11:00:10Z");
    watermark();
    wall.millis += 40_000;
    assertThat(watermark()).isEqualTo(Instant.parse("2026-01-01T11:00:15Z"));
  }

  @Test
  void aNewReaderGoesOnWhereTheOldOneStopped() {
    Instant stopped = Instant.parse("2026-01-01T11:00:05Z");
    policy = policy(Optional.of(stopped));

    assertThat(watermark()).isEqualTo(stopped);
    read("2026-01-01T11:00:08Z");
    assertThat(watermark()).isEqualTo(stopped);
    read("2026-01-01T11:00:11Z");
    assertThat(watermark()).isEqualTo(Instant.parse("2026-01-01T11:00:06Z"));
    // A reader that never read says so in this way.
    policy = policy(Optional.of(BoundedWindow.TIMESTAMP_MIN_VALUE));
    assertThat(watermark()).isEqualTo(BoundedWindow.TIMESTAMP_MIN_VALUE);
  }

  private EventTimePolicy policy(Optional<Instant> previous) {
    return new EventTimePolicy(
        ObservationFormat.JSON,
        Duration.standardSeconds(5),
        Duration.standardSeconds(30),
        previous,
        wall);
  }

  /** Time passes, and the reader asks for the watermark every second of it. */
  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      watermark();
      wall.millis += 1000;
    }
  }

  private Instant watermark() {
    return policy.getWatermark(partition);
  }

  private Instant read(String time) {
    return readValue("{\"id\":\"o\",\"time\":\"" + time + "\"");
  }

  private Instant readValue(String value) {
    return policy.getTimestampForRecord(
        partition,
        new KafkaRecord<>(
            "t",
            0,
            0,
            0,
            KafkaTimestampType.CREATE_TIME,
            null,
            new byte[0],
            value == null ? null : value.getBytes(StandardCharsets.UTF_8)));
  }

  private final class Partition extends PartitionContext {
    private long backlog;

    @Override
    public long getMessageBacklog() {
      return backlog;
    }

    @Override
    public Instant getBacklogCheckTime() {
      return Instant.ofEpochMilli(wall.millis);
    }
  }

  /** A partition whose broker answered last at a given time. */
  private static final class Silent extends PartitionContext {
    private final long lastAnswer;

    Silent(long lastAnswer) {
      this.lastAnswer = lastAnswer;
    }

    @Override
    public long getMessageBacklog() {
      return 0;
    }

    @Override
    public Instant getBacklogCheckTime() {
      return Instant.ofEpochMilli(lastAnswer);
    }
  }

  /** A clock that goes when it is told to. */
  private static final class Wall extends Clock {
    private long millis = START.getMillis();

    @Override
    public long millis() {
      return millis;
    }

    @Override
    public java.time.Instant instant() {
      return java.time.Instant.ofEpochMilli(millis);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
