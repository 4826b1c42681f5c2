package dev.braid.pipelines.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.featurizer.Featurizers;
import dev.braid.observation.Blobs;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BadObservationsTest {
  private final List<String> lines = BadObservations.lines("press-00", PlantOptions.BEGIN);

  @Test
  void aTruncatedLineIsNoJson() {
    assertThatThrownBy(() -> ObservationJson.parse(lines.get(0)))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessageStartingWith("not valid JSON");
  }

  @Test
  void aBrokenImageParsesButCannotBeRead() throws Exception {
    Observation observation = ObservationJson.parse(lines.get(1));
    ModalitySpec camera = PlantSpec.spec().modalities().get("camera");

    assertThatThrownBy(() -> Featurizers.fit(camera, List.of()).featurize(observation.getPayload()))
        .isInstanceOf(InvalidObservationException.class);
  }

  @Test
  void theModalityIsUnknown() throws Exception {
    assertThat(PlantSpec.spec().modalities())
        .doesNotContainKey(ObservationJson.parse(lines.get(2)).getModality());
  }

  @Test
  void theUriClimbsOut() throws Exception {
    Payload payload = ObservationJson.parse(lines.get(3)).getPayload();

    assertThatThrownBy(() -> Blobs.below(Path.of("data")).resolve(payload))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessage("'uri' leads out of the input's root: '../../outside.png'");
  }

  @Test
  void theTimeIsNone() {
    assertThatThrownBy(() -> ObservationJson.parse(lines.get(4)))
        .isInstanceOf(InvalidObservationException.class)
        .hasMessageStartingWith("'time' must be an ISO 8601 instant");
  }

  @Test
  void theReadingIsOutOfRange() {
    ModalitySpec vibration = PlantSpec.spec().modalities().get("vibration");

    assertThatThrownBy(
            () -> {
              Payload payload = ObservationJson.parse(lines.get(5)).getPayload();
              Featurizers.fit(vibration, List.of(payload)).featurize(payload);
            })
        .isInstanceOf(InvalidObservationException.class);
  }
}
