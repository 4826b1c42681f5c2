package dev.braid.featurizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class FeaturizerFitTest {
  private static final Spec SPEC =
      SpecYaml.parse(
          """
          name: plant
          window: {size: 10s}
          modalities:
            log: {kind: text, language: en}
            vibration: {kind: sensor, channels: 2, rateHz: 10, frame: 1s}
            order: {kind: record, numeric: [age, load], categorical: [vendor]}
            camera: {kind: image, height: 8, width: 8}
          tasks:
            state: {kind: regression}
          """);

  @Property(tries = 100)
  void anyOrderAndAnyPartsGiveTheSameJson(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<Observation> observations = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      observations.add(observation(i, random));
    }
    FeaturizerFit whole = new FeaturizerFit(SPEC);
    for (Observation observation : observations) {
      whole.add(observation);
    }

    Collections.shuffle(observations, random);
    List<FeaturizerFit> parts = new ArrayList<>();
    for (Observation observation : observations) {
      if (parts.isEmpty() || random.nextInt(10) == 0) {
        parts.add(new FeaturizerFit(SPEC));
      }
      parts.get(parts.size() - 1).add(observation);
    }
    Collections.shuffle(parts, random);
    FeaturizerFit merged = new FeaturizerFit(SPEC);
    for (FeaturizerFit part : parts) {
      merged.merge(copy(part));
    }

    assertThat(json(merged)).isEqualTo(json(whole));
    assertThat(bytes(merged)).isEqualTo(bytes(whole));
  }

  @Test
  void itFitsWhatTheFeaturizersOfEachModalityFitAlone() throws Exception {
    FeaturizerFit fit = new FeaturizerFit(SPEC);
    List<Payload> texts = List.of(text("pump leak"), text("leak"));
    for (Payload text : texts) {
      fit.add(observation("log", text));
    }
    assertThat(json(fit).get("log"))
        .isEqualTo(Featurizers.toJson(Featurizers.fit(SPEC.modalities().get("log"), texts)))
        .isEqualTo("{\"terms\":[\"leak\",\"pump\"],\"idf\":[1.0,1.4054651]}");
    assertThat(json(fit))
        .containsEntry("vibration", "{\"mean\":[0.0,0.0],\"deviation\":[1.0,1.0]}")
        .containsEntry(
            "order", "{\"mean\":[0.0,0.0],\"deviation\":[1.0,1.0],\"categories\":{\"vendor\":[]}}")
        .containsEntry("camera", "{}");
  }

  @Test
  void aSpreadThatIsSmallBesideItsMeanIsNotLost() throws Exception {
    FeaturizerFit fit = new FeaturizerFit(SPEC);
    for (double age : new double[] {1.7e9, 1.7e9 + 1, 1.7e9 + 2}) {
      fit.add(observation("order", new Payload.Fields(Map.of("age", age, "load", 1e38))));
    }
    RecordFeaturizer.State state = (RecordFeaturizer.State) fit.featurizers().get("order").state();
    assertThat(state.mean()).containsExactly(1.7e9 + 1, 1e38);
    assertThat(state.deviation()).containsExactly(Math.sqrt(2 / 3.0), 1);
  }

  @Test
  void ofARefusedObservationNothingIsCounted() throws Exception {
    FeaturizerFit fit = new FeaturizerFit(SPEC);
    byte[] before = bytes(fit);
    for (Observation bad :
        List.of(
            observation("order", new Payload.Fields(Map.of("age", 1.0, "load", "heavy"))),
            observation("order", text("pump")),
            observation("vibration", Payload.Samples.of(10, new float[][] {{1, 2}, {1, 1f / 0}})),
            observation("thermometer", text("hot")))) {
      assertThatThrownBy(() -> fit.add(bad)).isInstanceOf(InvalidObservationException.class);
    }
    assertThat(bytes(fit)).isEqualTo(before);
  }

  @Test
  void aPictureIsNotLookedAt() throws Exception {
    FeaturizerFit fit = new FeaturizerFit(SPEC);
    fit.add(observation("camera", new Payload.Reference("blobs/1.png", "image/png")));
    assertThat(json(fit)).containsEntry("camera", "{}");
  }

  @Test
  void fitsOfTwoSpecsAreNotMerged() {
    Spec other =
        SpecYaml.parse(SpecYaml.format(SPEC).replace("vibration", "shaking").replace("log", "l"));
    assertThatThrownBy(() -> new FeaturizerFit(SPEC).merge(new FeaturizerFit(other)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("fits of two specs cannot be merged: 'log' differs");
  }

  private static Observation observation(int i, Random random) {
    double wild = (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(40) - 20);
    return switch (i % 3) {
      case 0 -> observation("log", text("pump " + random.nextInt(5) + " leak x" + i % 7));
      case 1 ->
          observation(
              "vibration",
              Payload.Samples.of(
                  10, new float[][] {{(float) wild, Float.NaN}, {1, random.nextFloat()}}));
      default ->
          observation(
              "order", new Payload.Fields(Map.of("age", wild, "vendor", "v" + random.nextInt(3))));
    };
  }

  private static Observation observation(String modality, Payload payload) {
    return Observation.of("o", "e", modality, Instant.EPOCH, payload);
  }

  private static Payload text(String text) {
    return new Payload.Text(text, "text/plain");
  }

  private static FeaturizerFit copy(FeaturizerFit fit) throws IOException {
    return FeaturizerFit.read(SPEC, new DataInputStream(new ByteArrayInputStream(bytes(fit))));
  }

  private static byte[] bytes(FeaturizerFit fit) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    fit.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static Map<String, String> json(FeaturizerFit fit) {
    Map<String, String> json = new TreeMap<>();
    fit.featurizers().forEach((name, featurizer) -> json.put(name, Featurizers.toJson(featurizer)));
    return json;
  }
}
