package dev.braid.transforms.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
  private static final DeadLetter FULL =
      DeadLetter.of(
          "EncodeObservations", "camera", "press-04", "o1", "broken", "sha256:3f2a", "{\"id\":1}");
  private static final DeadLetter BARE =
      DeadLetter.of("ParseObservations", null, null, null, "not valid JSON", null, "{\"id\n\u0000");

  @Test
  void aBadRecordHoldsAllOfIt() {
    assertThat(DeadLetter.fromBadRecord(FULL.toBadRecord())).isEqualTo(FULL);
    assertThat(DeadLetter.fromBadRecord(BARE.toBadRecord())).isEqualTo(BARE);
  }

  @Test
  void oneLineOfJsonHoldsAllOfIt() {
    assertThat(BARE.toJson().lines()).hasSize(1);
    assertThat(DeadLetter.fromJson(BARE.toJson())).isEqualTo(BARE);
    assertThat(FULL.toJson())
        .isEqualTo(
            "{\"step\":\"EncodeObservations\",\"modality\":\"camera\",\"entity\":\"press-04\","
                + "\"id\":\"o1\",\"reason\":\"broken\",\"modelDigest\":\"sha256:3f2a\","
                + "\"input\":\"{\\\"id\\\":1}\"}");
  }

  @Test
  void aBadRecordFromElsewhereIsRefused() {
    BadRecord foreign =
        BadRecord.builder()
            .setRecord(BadRecord.Record.builder().setHumanReadableJsonRecord("x").build())
            .setFailure(BadRecord.Failure.builder().setException("e").setDescription("{}").build())
            .build();

    assertThatThrownBy(() -> DeadLetter.fromBadRecord(foreign))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not a dead letter of Braid");
  }
}
