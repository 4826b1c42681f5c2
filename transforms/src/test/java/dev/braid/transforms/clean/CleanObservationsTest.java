package dev.braid.transforms.clean;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import dev.braid.serving.TinyBundle;
import dev.braid.spec.SpecYaml;
import dev.braid.transforms.Collected;
import dev.braid.transforms.observation.DeadLetter;
import dev.braid.transforms.observation.ObservationCoder;
import java.time.Instant;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.junit.jupiter.api.Test;

class CleanObservationsTest {
  @Test
  void noiseIsRepairedAndTheWrongKindIsADeadLetterWithItsInput() {
    Pipeline pipeline = Pipeline.create();
    var cleaned =
        pipeline
            .apply(
                Create.of(
                        text("o1", "log", " bearing \u0000 noise "),
                        text("o2", "camera", "a picture of a press"))
                    .withCoder(ObservationCoder.of()))
            .apply(CleanObservations.of(SpecYaml.parse(TinyBundle.SPEC_YAML)));
    Collected<Observation> clean = Collected.of(cleaned.output());
    var refused = Collected.of(cleaned.failures());
    pipeline.run().waitUntilFinish();

    assertThat(clean.elements()).containsExactly(text("o1", "log", "bearing noise"));
    assertThat(refused.elements())
        .extracting(DeadLetter::fromBadRecord)
        .containsExactly(
            DeadLetter.of(
                "CleanObservations",
                "camera",
                "e",
                "o2",
                "a modality of kind 'image' needs 'base64' or 'uri', but the observation holds"
                    + " 'text'",
                null,
                "{\"id\":\"o2\",\"entity\":\"e\",\"modality\":\"camera\","
                    + "\"time\":\"2026-01-01T00:00:00Z\",\"text\":\"a picture of a press\"}"));
  }

  private static Observation text(String id, String modality, String text) {
    return Observation.of(
        id,
        "e",
        modality,
        Instant.parse("2026-01-01T00:00:00Z"),
        new Payload.Text(text, "text/plain"));
  }
}
