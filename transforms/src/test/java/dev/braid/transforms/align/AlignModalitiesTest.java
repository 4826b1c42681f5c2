package dev.braid.transforms.align;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.scene.Token;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import dev.braid.transforms.Collected;
import dev.braid.transforms.featurize.Embedding;
import dev.braid.transforms.featurize.EmbeddingCoder;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class AlignModalitiesTest {
  private static final Spec SPEC =
      SpecYaml.parse(
          """
          name: aligned
          window: {size: 10s, period: 5s, allowedLateness: 20s}
          modalities:
            log:   {kind: text}
            voice: {kind: audio, length: 1s}
          tasks: {health: {kind: regression}}
          """);

  @Test
  void onTimeDataOfAllModalitiesMeetInEveryWindowThatHoldsThem() {
    List<String> scenes =
        run(
            stream()
                .addElements(at("e", "log", "l1", 7))
                .addElements(at("e", "voice", "v1", 9), at("other", "log", "l2", 9))
                .advanceWatermarkToInfinity());

    assertThat(scenes)
        .containsExactlyInAnyOrder(
            "e 0..10 {log=[l1], voice=[v1]}",
            "e 5..15 {log=[l1], voice=[v1]}",
            "other 0..10 {log=[l2]}",
            "other 5..15 {log=[l2]}");
  }

  @Test
  void dataThatComeLateButBeforeTheWatermarkPassesAreAsIfOnTime() {
    List<String> scenes =
        run(
            stream()
                .addElements(at("e", "log", "l1", 12))
                .advanceWatermarkTo(Instant.ofEpochMilli(9_000))
                .addElements(at("e", "voice", "v1", 4))
                .advanceWatermarkToInfinity());

    // The window -5..5 of v1 is over already; it is late there, within the allowed lateness.
    assertThat(scenes)
        .containsExactlyInAnyOrder(
            "e -5..5 {voice=[v1]}",
            "e 0..10 {voice=[v1]}",
            "e 5..15 {log=[l1]}",
            "e 10..20 {log=[l1]}");
  }

  @Test
  void lateVoiceWithinLatenessRefinesTheWholeScene() {
    List<String> scenes =
        run(
            stream()
                .addElements(at("e", "log", "l1", 7))
                .advanceWatermarkTo(Instant.ofEpochMilli(20_000))
                .addElements(at("e", "voice", "v1", 9))
                .advanceWatermarkToInfinity());

    assertThat(scenes)
        .containsExactlyInAnyOrder(
            "e 0..10 {log=[l1]}",
            "e 5..15 {log=[l1]}",
            "e 0..10 {log=[l1], voice=[v1]}",
            "e 5..15 {log=[l1], voice=[v1]}");
  }

  @Test
  void voiceThatIsTooLateIsDropped() {
    List<String> scenes =
        run(
            stream()
                .addElements(at("e", "log", "l1", 7))
                .advanceWatermarkTo(Instant.ofEpochMilli(36_000))
                .addElements(at("e", "voice", "v1", 9))
                .advanceWatermarkToInfinity());

    assertThat(scenes).containsExactlyInAnyOrder("e 0..10 {log=[l1]}", "e 5..15 {log=[l1]}");
  }

  @Test
  void dataFromBefore1970Align() {
    List<String> scenes =
        run(stream().addElements(at("e", "log", "l1", -3)).advanceWatermarkToInfinity());

    assertThat(scenes).containsExactlyInAnyOrder("e -10..0 {log=[l1]}", "e -5..5 {log=[l1]}");
  }

  @Test
  void entitiesThatShareABucketOfBoundedInputStayApart() {
    assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
    Pipeline pipeline = Pipeline.create();
    Collected<Scene> scenes =
        Collected.of(
            pipeline
                .apply(
                    Create.timestamped(at("Aa", "log", "l1", 7), at("BB", "voice", "v1", 7))
                        .withCoder(EmbeddingCoder.of()))
                .apply(AlignModalities.in(SPEC)));
    pipeline.run().waitUntilFinish();

    assertThat(scenes.elements())
        .extracting(AlignModalitiesTest::describe)
        .containsExactlyInAnyOrder(
            "Aa 0..10 {log=[l1]}",
            "Aa 5..15 {log=[l1]}",
            "BB 0..10 {voice=[v1]}",
            "BB 5..15 {voice=[v1]}");
  }

  private static TestStream.Builder<Embedding> stream() {
    return TestStream.create(EmbeddingCoder.of());
  }

  private static List<String> run(TestStream<Embedding> stream) {
    Pipeline pipeline = Pipeline.create();
    Collected<Scene> scenes = Collected.of(pipeline.apply(stream).apply(AlignModalities.in(SPEC)));
    pipeline.run().waitUntilFinish();
    return scenes.elements().stream().map(AlignModalitiesTest::describe).toList();
  }

  private static String describe(Scene scene) {
    Map<String, List<String>> ids =
        scene.getTokens().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    e -> e.getValue().stream().map(Token::id).toList(),
                    (a, b) -> a,
                    java.util.TreeMap::new));
    return "%s %d..%d %s"
        .formatted(
            scene.getEntity(),
            scene.getWindowStart().getEpochSecond(),
            scene.getWindowEnd().getEpochSecond(),
            ids);
  }

  private static TimestampedValue<Embedding> at(
      String entity, String modality, String id, long second) {
    return TimestampedValue.of(
        Embedding.of(
            entity, modality, id, java.time.Instant.ofEpochSecond(second), new float[] {second}),
        Instant.ofEpochMilli(1000 * second));
  }
}
