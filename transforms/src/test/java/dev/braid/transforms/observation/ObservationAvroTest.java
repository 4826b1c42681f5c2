package dev.braid.transforms.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.observation.Payload;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObservationAvroTest {
  private static final String HEAD =
      "{\"id\":\"o1\",\"entity\":\"e\",\"modality\":\"m\",\"time\":\"1969-12-31T23:59:59.001Z\",";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"text\":\"a pump \u00e9 leak\"}",
        "\"contentType\":\"image/png\",\"base64\":\"AAEC/w==\"}",
        "\"contentType\":\"image/png\",\"uri\":\"blobs/1.png\"}",
        "\"rateHz\":0.5,\"values\":[[1.5,null],[-3e8,0]]}",
        "\"record\":{\"a\":1.5,\"b\":\"x\",\"c\":null,\"d\":true}}"
      })
  void whatIsWrittenIsReadBack(String payload) throws Exception {
    Observation observation = ObservationJson.parse(HEAD + payload);
    byte[] avro = ObservationAvro.format(observation);

    // In their JSON form, since payloads hold arrays; the order of a map's fields may differ.
    Observation read = ObservationAvro.parse(avro);
    if (observation.getPayload() instanceof Payload.Fields fields) {
      assertThat(read.getPayload()).isEqualTo(fields);
    } else {
      assertThat(ObservationJson.format(read)).isEqualTo(ObservationJson.format(observation));
    }
    assertThat(ObservationFormat.AVRO.eventTime(avro)).isEqualTo(observation.getTime());
  }

  @Test
  void whatJsonRefusesIsRefused() throws Exception {
    Observation blank =
        Observation.of("o1", " ", "m", Instant.EPOCH, new Payload.Text("t", "text/plain"));

    assertThatThrownBy(() -> ObservationAvro.parse(ObservationAvro.format(blank)))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("'entity' must be a string of 1 to 1024 characters, but was: ' '");
  }

  @Test
  void bytesOfAnotherFormAreRefusedWithWhatWasExpected() {
    assertThatThrownBy(() -> ObservationAvro.parse(new byte[] {'{', '}'}))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessageMatching(
            "not an observation in Avro's single-object encoding: it must begin with the bytes"
                + " c301[0-9a-f]{16}, but begins with: 7b7d");
    assertThat(ObservationFormat.AVRO.eventTime(new byte[0])).isNull();
  }

  @Test
  void everyPrefixIsRefused() throws Exception {
    byte[] avro =
        ObservationAvro.format(ObservationJson.parse(HEAD + "\"record\":{\"a\":1.5,\"b\":\"x\"}}"));
    for (int length = 0; length < avro.length; length++) {
      byte[] cut = Arrays.copyOf(avro, length);
      assertThatThrownBy(() -> ObservationAvro.parse(cut))
          .as("%d of %d bytes", length, avro.length)
          .isInstanceOf(InvalidObservationException.class);
    }
  }

  /** A length that lies would be allocated: 2 GB, more than this JVM may have. */
  @Test
  void damagedBytesAreAnObservationOrRefusedAndNothingElse() throws Exception {
    byte[] whole =
        ObservationAvro.format(
            ObservationJson.parse(HEAD + "\"rateHz\":0.5,\"values\":[[1.5,null],[-3e8,0]]}"));
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = whole.clone();
      for (int k = random.nextInt(6); k >= 0; k--) {
        damaged[10 + random.nextInt(damaged.length - 10)] = (byte) random.nextInt(256);
      }
      try {
        ObservationAvro.parse(damaged);
      } catch (InvalidObservationException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1_000, 19_999);
  }
}
