package dev.braid.cleaning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.observation.Payload;
import dev.braid.spec.SpecYaml;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CleanerTest {
  private static final Cleaner CLEANER =
      new Cleaner(
          SpecYaml.parse(
              """
              name: plant
              window: {size: 10s}
              modalities:
                log:    {kind: text}
                camera: {kind: image, height: 8, width: 8}
                voice:  {kind: audio, length: 1s}
                motion: {kind: sensor, channels: 2, rateHz: 10, frame: 1s}
                order:  {kind: record, numeric: [age], categorical: [vendor]}
              tasks: {health: {kind: regression}}
              """));

  @Test
  void aCleanObservationIsTheSame() throws Exception {
    Observation observation = observation("log", "\"text\":\"bearing noise\"");

    assertThat(CLEANER.clean(observation)).isSameAs(observation);
  }

  @Test
  void textIsRepaired() throws Exception {
    assertThat(clean("log", "\"text\":\" bearing \\u0007 noise\""))
        .isEqualTo(new Payload.Text("bearing noise", "text/plain"));
  }

  @Test
  void textOfNothingButBlanksIsRefused() {
    assertRefused("log", "\"text\":\" \\u0000\\n \"", "'text' holds nothing but blanks");
  }

  @Test
  void bytesThatAreNotThereAreRefused() {
    assertRefused("camera", "\"base64\":\"\"", "'base64' holds no bytes");
  }

  @Test
  void aReferenceIsLeftToWhoeverReadsIt() throws Exception {
    assertThat(clean("voice", "\"uri\":\"blobs/1.wav\"")).isInstanceOf(Payload.Reference.class);
  }

  @Test
  void missingReadingsStayMissing() throws Exception {
    Payload.Samples samples =
        (Payload.Samples) clean("motion", "\"rateHz\":10,\"values\":[[1,null],[null,null]]");

    assertThat(samples.channels()).isEqualTo(2);
    assertThat(samples.values()).containsExactly(1f, Float.NaN, Float.NaN, Float.NaN);
  }

  @Test
  void aSeriesWithoutAReadingIsRefused() {
    assertRefused(
        "motion", "\"rateHz\":10,\"values\":[[null,null]]", "'values' holds no reading, only null");
  }

  @Test
  void aSeriesOfOtherChannelsIsRefused() {
    assertRefused(
        "motion",
        "\"rateHz\":10,\"values\":[[1,2,3]]",
        "a sample must have 2 channels, but had: 3");
  }

  @Test
  void numbersWrittenAsTextBecomeNumbersAndEmptyTextIsMissing() throws Exception {
    Payload.Fields fields =
        (Payload.Fields)
            clean("order", "\"record\":{\"age\":\" 12.5 \",\"vendor\":\" A\",\"note\":\" \"}");

    assertThat(fields.values()).containsEntry("age", 12.5).containsEntry("vendor", "A");
    assertThat(fields.values()).containsEntry("note", null);
  }

  @Test
  void whatOnlyJavaTakesForANumberStaysText() throws Exception {
    for (String text : java.util.List.of("12d", "0x1p3", "NaN")) {
      Payload.Fields fields =
          (Payload.Fields) clean("order", "\"record\":{\"age\":\"%s\"}".formatted(text));
      assertThat(fields.values()).containsEntry("age", text);
    }
  }

  @Test
  void theWrongKindOfPayloadIsRefusedByName() {
    assertRefused(
        "camera",
        "\"record\":{}",
        "a modality of kind 'image' needs 'base64' or 'uri', but the observation holds a"
            + " 'record'");
    assertRefused(
        "log",
        "\"base64\":\"AA==\"",
        "a modality of kind 'text' needs 'text', but the observation holds 'base64'");
  }

  @Test
  void anUnknownModalityIsRefused() {
    assertRefused(
        "lag",
        "\"text\":\"x\"",
        "unknown modality 'lag'; known: [log, camera, voice, motion, order]");
  }

  @Test
  void anEntityThatCannotBeWrittenIsRefused() {
    Observation observation =
        Observation.of(
            "o1",
            "e\ud83d",
            "order",
            java.time.Instant.EPOCH,
            new Payload.Fields(Map.of("vendor", "A")));

    assertThatThrownBy(() -> CLEANER.clean(observation))
        .hasMessage("'entity' holds half of a surrogate pair and cannot be written as UTF-8");
  }

  private static void assertRefused(String modality, String payload, String message) {
    assertThatThrownBy(() -> clean(modality, payload))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage(message);
  }

  private static Payload clean(String modality, String payload) throws InvalidObservationException {
    return CLEANER.clean(observation(modality, payload)).getPayload();
  }

  private static Observation observation(String modality, String payload)
      throws InvalidObservationException {
    return ObservationJson.parse(
        "{\"id\":\"o1\",\"entity\":\"e\",\"modality\":\"%s\",\"time\":\"2026-01-01T00:00:00Z\",%s}"
            .formatted(modality, payload));
  }
}
