package dev.braid.transforms.fit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.featurizer.Featurizers;
import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import dev.braid.serving.TinyBundle;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import dev.braid.transforms.Collected;
import dev.braid.transforms.RoundTrip;
import dev.braid.transforms.observation.DeadLetter;
import dev.braid.transforms.observation.ObservationCoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FitFeaturizersTest {
  private static final Spec SPEC = SpecYaml.parse(TinyBundle.SPEC_YAML);

  @TempDir Path directory;

  @Test
  void theStatesAreThoseOfThePlainFitAndWhatCannotBeCountedIsADeadLetter() throws Exception {
    Observation heavy = order("o4", Map.of("age_days", "heavy"));
    Pipeline pipeline = Pipeline.create();
    var fitted =
        pipeline
            .apply(
                Create.of(
                        text("o1", "pump noise"),
                        text("o2", "noise"),
                        order("o3", Map.of("age_days", 3.0, "vendor", "A")),
                        heavy,
                        order("o5", Map.of("age_days", 5.0)))
                    .withCoder(ObservationCoder.of()))
            .apply(Window.into(FixedWindows.of(Duration.millis(1))))
            .apply(FitFeaturizers.of(SPEC));
    Collected<KV<String, String>> states = Collected.of(fitted.output());
    var failures = Collected.of(fitted.failures());
    pipeline.run().waitUntilFinish();

    assertThat(states.elements())
        .containsExactlyInAnyOrder(
            KV.of("vibration", "{\"mean\":[0.0,0.0],\"deviation\":[1.0,1.0]}"),
            KV.of(
                "log",
                Featurizers.toJson(
                    Featurizers.fit(
                        SPEC.modalities().get("log"),
                        List.of(
                            new Payload.Text("noise", "text/plain"),
                            new Payload.Text("pump noise", "text/plain"))))),
            KV.of(
                "order",
                "{\"mean\":[4.0],\"deviation\":[1.0],\"categories\":{\"vendor\":[\"A\"]}}"),
            KV.of("camera", "{}"));
    assertThat(failures.elements())
        .extracting(DeadLetter::fromBadRecord)
        .containsExactly(
            DeadLetter.of(
                "FitFeaturizers",
                heavy,
                "field 'age_days' must be a number in the range of a float, but was: 'heavy'",
                null));
  }

  @Test
  void withoutAnObservationTheFeaturizersKnowNothing() {
    Pipeline pipeline = Pipeline.create();
    Collected<KV<String, String>> states =
        Collected.of(
            pipeline
                .apply(Create.empty(ObservationCoder.of()))
                .apply(FitFeaturizers.of(SPEC))
                .output());
    pipeline.run().waitUntilFinish();
    assertThat(states.elements()).hasSize(4).contains(KV.of("log", "{\"terms\":[],\"idf\":[]}"));
  }

  @Test
  void onlyEntitiesOfTheTrainingPartAreKept() throws Exception {
    Files.writeString(
        directory.resolve("splits.jsonl"),
        """
        {"entity":"t","split":"train"}
        {"entity":"v","split":"validation"}
        {"entity":"s","split":"test"}
        """);
    Pipeline pipeline = Pipeline.create();
    Collected<Observation> kept =
        Collected.of(
            pipeline
                .apply(
                    Create.of(of("t", "1"), of("v", "2"), of("s", "3"))
                        .withCoder(ObservationCoder.of()))
                .apply(KeepTrainingPart.of(directory)));
    pipeline.run().waitUntilFinish();
    assertThat(kept.elements()).containsExactly(of("t", "1"));
  }

  @Test
  void whatWasCountedSurvivesItsCoder() throws Exception {
    FeaturizerFitCoder coder = FeaturizerFitCoder.of(SPEC);
    var fit = coder.empty();
    fit.add(text("o1", "pump noise"));
    fit.add(order("o3", Map.of("age_days", 3.0, "vendor", "A")));
    assertThat(RoundTrip.of(coder, fit).featurizers().get("log").state())
        .usingRecursiveComparison()
        .isEqualTo(fit.featurizers().get("log").state());
  }

  private static Observation of(String entity, String id) {
    return Observation.of(
        id, entity, "log", Instant.EPOCH, new Payload.Text("noise", "text/plain"));
  }

  private static Observation text(String id, String text) {
    return Observation.of(id, "e", "log", Instant.EPOCH, new Payload.Text(text, "text/plain"));
  }

  private static Observation order(String id, Map<String, Object> values) {
    return Observation.of(id, "e", "order", Instant.EPOCH, new Payload.Fields(values));
  }
}
