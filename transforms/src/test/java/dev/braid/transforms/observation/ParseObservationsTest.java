package dev.braid.transforms.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.serving.TinyBundle;
import dev.braid.spec.SpecYaml;
import dev.braid.transforms.Collected;
import dev.braid.transforms.RoundTrip;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class ParseObservationsTest {
  private static final String GOOD =
      "{\"id\":\"o1\",\"entity\":\"e\",\"modality\":\"log\",\"time\":\"1969-12-31T23:59:59Z\","
          + "\"text\":\"noise\"}";

  private Collected<Observation> parsed;
  private Collected<BadRecord> failed;

  @Test
  void anObservationBearsItsEventTime() throws Exception {
    parse(GOOD);

    assertThat(parsed.elements()).containsExactly(ObservationJson.parse(GOOD));
    assertThat(parsed.items().get(0).timestamp()).isEqualTo(Instant.ofEpochMilli(-1000));
    assertThat(failed.elements()).isEmpty();
  }

  @Test
  void aTruncatedLineIsADeadLetterThatSaysWhatStoodBeforeTheBreak() {
    String line = "{\"id\":\"o1\",\"entity\":\"e\",\"modality\":\"log\",\"time\":\"2026-01-";
    parse(GOOD, line);

    assertThat(parsed.elements()).hasSize(1);
    DeadLetter letter = onlyLetter();
    assertThat(letter.getStep()).isEqualTo("ParseObservations");
    assertThat(letter.getId()).isEqualTo("o1");
    assertThat(letter.getEntity()).isEqualTo("e");
    assertThat(letter.getModality()).isEqualTo("log");
    assertThat(letter.getReason()).startsWith("not valid JSON: ");
    assertThat(letter.getModelDigest()).isNull();
    assertThat(letter.getInput()).isEqualTo(line);
  }

  @Test
  void anUnknownModalityIsADeadLetterThatNamesTheNearestOne() {
    String line = GOOD.replace("\"log\"", "\"lag\"");
    parse(line);

    assertThat(onlyLetter())
        .isEqualTo(
            DeadLetter.of(
                "ParseObservations",
                "lag",
                "e",
                "o1",
                "unknown modality 'lag'; did you mean 'log'? Known: vibration, log, order, camera",
                null,
                line));
  }

  @Test
  void aTimeThatIsNoTimeIsADeadLetter() {
    String line = GOOD.replace("1969-12-31T23:59:59Z", "yesterday");
    parse(line);

    assertThat(onlyLetter().getReason())
        .isEqualTo(
            "'time' must be an ISO 8601 instant (2026-01-01T00:00:03.250Z), but was: 'yesterday'");
    assertThat(onlyLetter().getInput()).isEqualTo(line);
  }

  @Test
  void whatIsNoJsonAtAllIsADeadLetterOfUnknownOrigin() {
    parse("id=o1");

    assertThat(onlyLetter().getEntity()).isNull();
    assertThat(onlyLetter().getModality()).isNull();
    assertThat(onlyLetter().getId()).isNull();
    assertThat(onlyLetter().getInput()).isEqualTo("id=o1");
  }

  @Test
  void theDeadLetterOfALogRecordSaysWhereItStands() {
    parse(
        Received.of(new byte[] {'{', (byte) 0xff}, new SourcePosition("plant", 2, 5_000_000_000L)));

    DeadLetter letter = onlyLetter();
    assertThat(letter.getPosition()).isEqualTo(new SourcePosition("plant", 2, 5_000_000_000L));
    // No text in UTF-8, and still not lost.
    assertThat(letter.isBinary()).isTrue();
    assertThat(letter.getInput()).isEqualTo("e/8=");
    assertThat(letter.toJson())
        .contains("\"source\":\"plant\",\"partition\":2,\"offset\":5000000000,\"input\":\"e/8=\"")
        .endsWith("\"encoding\":\"base64\"}");
    assertThat(DeadLetter.fromJson(letter.toJson())).isEqualTo(letter);
  }

  @Test
  void observationsInAvroAreReadToo() throws Exception {
    parse(
        ParseObservations.of(SpecYaml.parse(TinyBundle.SPEC_YAML))
            .withFormat(ObservationFormat.AVRO),
        Received.of(ObservationAvro.format(ObservationJson.parse(GOOD)), null),
        Received.line(GOOD));

    assertThat(parsed.elements()).containsExactly(ObservationJson.parse(GOOD));
    assertThat(onlyLetter().getReason()).startsWith("not an observation in Avro's");
    assertThat(onlyLetter().getInput()).isEqualTo(GOOD);
  }

  @Test
  void theEventTimeAloneIsThatOfTheParse() {
    byte[] good = Received.line(GOOD).getValue();
    assertThat(ObservationFormat.JSON.eventTime(good)).isEqualTo("1969-12-31T23:59:59Z");
    // Behind it the line may break.
    assertThat(ObservationFormat.JSON.eventTime(Arrays.copyOf(good, good.length - 5)))
        .isEqualTo("1969-12-31T23:59:59Z");
    assertThat(
            ObservationFormat.JSON.eventTime(
                Received.line(GOOD.replace("1969-12-31T23:59:59Z", "yesterday")).getValue()))
        .isNull();
    assertThat(ObservationFormat.JSON.eventTime(Received.line("[]").getValue())).isNull();
  }

  @Test
  void receivedRecordsSurviveTheirCoder() {
    Received bare = Received.line(GOOD);
    Received placed = Received.of(new byte[] {1, 0, -1}, new SourcePosition("t", 3, 1L << 40));
    assertThat(RoundTrip.of(ReceivedCoder.of(), bare)).isEqualTo(bare);
    assertThat(RoundTrip.of(ReceivedCoder.of(), placed)).isEqualTo(placed);
  }

  private DeadLetter onlyLetter() {
    assertThat(failed.elements()).hasSize(1);
    return DeadLetter.fromBadRecord(failed.elements().get(0));
  }

  private void parse(String... lines) {
    parse(Arrays.stream(lines).map(Received::line).toArray(Received[]::new));
  }

  private void parse(Received... records) {
    parse(ParseObservations.of(SpecYaml.parse(TinyBundle.SPEC_YAML)), records);
  }

  private void parse(ParseObservations step, Received... records) {
    Pipeline pipeline = Pipeline.create();
    var result =
        pipeline.apply(Create.of(List.of(records)).withCoder(ReceivedCoder.of())).apply(step);
    parsed = Collected.of(result.output());
    failed = Collected.of(result.failures());
    pipeline.run().waitUntilFinish();
  }
}
