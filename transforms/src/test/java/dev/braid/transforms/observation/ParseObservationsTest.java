package dev.braid.transforms.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.serving.TinyBundle;
import dev.braid.spec.SpecYaml;
import dev.braid.transforms.Collected;
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

  private DeadLetter onlyLetter() {
    assertThat(failed.elements()).hasSize(1);
    return DeadLetter.fromBadRecord(failed.elements().get(0));
  }

  private void parse(String... lines) {
    Pipeline pipeline = Pipeline.create();
    var result =
        pipeline
            .apply(Create.of(List.of(lines)))
            .apply(ParseObservations.of(SpecYaml.parse(TinyBundle.SPEC_YAML)));
    parsed = Collected.of(result.output());
    failed = Collected.of(result.failures());
    pipeline.run().waitUntilFinish();
  }
}
