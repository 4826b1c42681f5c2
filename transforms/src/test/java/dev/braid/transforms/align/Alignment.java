package dev.braid.transforms.align;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.scene.Token;
import dev.braid.spec.SpecYaml;
import dev.braid.transforms.Collected;
import dev.braid.transforms.featurize.Embedding;
import dev.braid.transforms.featurize.EmbeddingCoder;
import dev.braid.transforms.observation.DeadLetter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;

/**
 * Streams of embeddings, and the scenes and failures that {@link AlignModalities} makes of them.
 *
 * @param dropped what was too late, each embedding once for every window
 * @param leftOut what the cap left out, each embedding once for every scene
 */
record Alignment(List<String> scenes, List<DeadLetter> failures, long dropped, long leftOut) {

  static TestStream.Builder<Embedding> stream() {
    return TestStream.create(EmbeddingCoder.of());
  }

  /** The second up to which the watermark goes. */
  static Instant second(long second) {
    return Instant.ofEpochMilli(1000 * second);
  }

  static TimestampedValue<Embedding> at(String entity, String modality, String id, long second) {
    return TimestampedValue.of(
        Embedding.of(
            entity, modality, id, java.time.Instant.ofEpochSecond(second), new float[] {second}),
        second(second));
  }

  /**
   * The scenes in windows of a spec with the modalities {@code log} and {@code voice}.
   *
   * @param wait as the voice's part of the spec, such as {@code , wait: 10s}
   */
  static Alignment of(
      PipelineOptions options,
      boolean timers,
      String window,
      String wait,
      PTransform<? super PBegin, PCollection<Embedding>> input) {
    Pipeline pipeline = Pipeline.create(options);
    AlignModalities align = AlignModalities.in(SpecYaml.parse(spec(window, wait)));
    var aligned = pipeline.apply("Input", input).apply(timers ? align.withSlices() : align);
    Collected<Scene> scenes = Collected.of(aligned.output());
    var failures = Collected.of(aligned.failures());
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    for (Collected.Item<Scene> item : scenes.items()) {
      assertThat(item.timestamp().getMillis())
          .as("the last instant of the window")
          .isEqualTo(
              input instanceof TestStream
                  ? item.element().getWindowEnd().toEpochMilli() - 1
                  : item.timestamp().getMillis());
    }
    return new Alignment(
        scenes.elements().stream().map(Alignment::describe).toList(),
        failures.elements().stream().map(DeadLetter::fromBadRecord).toList(),
        sum(result, "droppedDueToLateness"),
        sum(result, "leftOut"));
  }

  private static long sum(PipelineResult result, String counted) {
    long sum = 0;
    for (var counter : result.metrics().allMetrics().getCounters()) {
      // Runners differ in the first letter.
      if (counter.getName().getName().equalsIgnoreCase(counted)) {
        sum += counter.getAttempted();
      }
    }
    return sum;
  }

  static String spec(String window, String wait) {
    return """
        name: aligned
        window: %s
        modalities:
          log:   {kind: text}
          voice: {kind: audio, length: 1s%s}
        tasks: {health: {kind: regression}}
        """
        .formatted(window, wait);
  }

  static String describe(Scene scene) {
    Map<String, List<String>> ids =
        scene.getTokens().entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    e -> e.getValue().stream().map(Token::id).toList(),
                    (a, b) -> a,
                    TreeMap::new));
    return "%s %s%d..%d r%d%s %s"
        .formatted(
            scene.getEntity(),
            scene.getOrdinal() == 0 ? "" : "#" + scene.getOrdinal() + " ",
            scene.getWindowStart().getEpochSecond(),
            scene.getWindowEnd().getEpochSecond(),
            scene.getRevision(),
            scene.isFinal() ? " final" : "",
            ids);
  }
}
