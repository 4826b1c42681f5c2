package dev.braid.transforms.observation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import dev.braid.transforms.RoundTrip;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.beam.sdk.coders.CoderException;
import org.junit.jupiter.api.Test;

class ObservationCoderTest {
  private static final Instant TIME = Instant.parse("1969-12-31T23:59:58.003Z");

  @Test
  void textSurvives() {
    Payload.Text text = new Payload.Text("Lärm \ud83d\ude00\nam Ende", "text/plain");

    Observation read = roundTrip(text);

    assertThat(read).isEqualTo(Observation.of("o1", "press-04", "log", TIME, text));
  }

  @Test
  void bytesSurvive() {
    Payload.Blob read =
        (Payload.Blob)
            roundTrip(new Payload.Blob(new byte[] {0, -1, 127}, "image/png")).getPayload();

    assertThat(read.bytes()).containsExactly(0, -1, 127);
    assertThat(read.contentType()).isEqualTo("image/png");
  }

  @Test
  void aReferenceSurvives() {
    Payload.Reference reference = new Payload.Reference("blobs/17.jpg", "image/jpeg");

    assertThat(roundTrip(reference).getPayload()).isEqualTo(reference);
  }

  @Test
  void readingsSurviveWithThoseThatAreMissing() {
    Payload.Samples read =
        (Payload.Samples)
            roundTrip(Payload.Samples.of(50, new float[][] {{0.1f, Float.NaN}, {-3f, 4f}}))
                .getPayload();

    assertThat(read.rateHz()).isEqualTo(50);
    assertThat(read.channels()).isEqualTo(2);
    assertThat(read.values()).containsExactly(0.1f, Float.NaN, -3f, 4f);
  }

  @Test
  void readingsThatAreNoWholeSamplesAreNotDecoded() throws Exception {
    byte[] bytes = encode(new Payload.Samples(50, 2, new float[] {1, 2, 3, 4}));
    int count = bytes.length - 4 * 4 - 2;
    assertThat(bytes[count]).isEqualTo((byte) 2);
    bytes[count] = 3;

    assertThatThrownBy(() -> ObservationCoder.of().decode(new ByteArrayInputStream(bytes)))
        .isInstanceOf(CoderException.class)
        .hasMessage("4 readings are not 3 samples");
  }

  @Test
  void fieldsSurviveInTheirOrderWithThoseThatAreNull() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("vendor", "A");
    values.put("age_days", 12.5);
    values.put("open", true);
    values.put("shut", false);
    values.put("note", null);

    Payload.Fields read = (Payload.Fields) roundTrip(new Payload.Fields(values)).getPayload();

    assertThat(read.values()).isEqualTo(values);
    assertThat(read.values().keySet())
        .containsExactly("vendor", "age_days", "open", "shut", "note");
  }

  @Test
  void aSeriesTakesFourBytesAReading() {
    byte[] small = encode(Payload.Samples.of(50, new float[10][3]));
    byte[] large = encode(Payload.Samples.of(50, new float[110][3]));

    // 300 readings more, and lengths 110, 330 in place of 10, 30: one more byte for the latter.
    assertThat(large.length - small.length).isEqualTo(4 * 300 + 1);
  }

  @Test
  void bytesThatEndTooEarlyAreAnError() {
    byte[] whole = encode(new Payload.Text("noise", "text/plain"));

    assertThatThrownBy(
            () ->
                ObservationCoder.of()
                    .decode(new ByteArrayInputStream(Arrays.copyOf(whole, whole.length - 1))))
        .isInstanceOf(EOFException.class);
  }

  private static Observation roundTrip(Payload payload) {
    return RoundTrip.of(
        ObservationCoder.of(), Observation.of("o1", "press-04", "log", TIME, payload));
  }

  private static byte[] encode(Payload payload) {
    return RoundTrip.bytes(
        ObservationCoder.of(), Observation.of("o1", "press-04", "log", TIME, payload));
  }
}
