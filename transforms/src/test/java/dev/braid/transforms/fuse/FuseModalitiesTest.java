package dev.braid.transforms.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.bundle.Bundle;
import dev.braid.scene.FusionOutputs;
import dev.braid.scene.SceneTensors;
import dev.braid.scene.Token;
import dev.braid.serving.TinyBundle;
import dev.braid.transforms.Collected;
import dev.braid.transforms.align.Scene;
import dev.braid.transforms.align.SceneCoder;
import dev.braid.transforms.model.ServedBundle;
import dev.braid.transforms.observation.DeadLetter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.metrics.DistributionResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricQueryResults;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.FlatMapElements;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FuseModalitiesTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir private Path directory;
  private Collected<Prediction> predictions;
  private Collected<BadRecord> failed;
  private PipelineResult result;

  @Test
  void aSceneIsAnsweredAsByThePlainModel() {
    Scene scene = scene("e", 0.5f);

    Bundle bundle = fuse(List.of(scene));

    assertThat(failed.elements()).isEmpty();
    assertThat(predictions.elements()).hasSize(1);
    Prediction prediction = predictions.elements().get(0);
    assertThat(prediction.getEntity()).isEqualTo("e");
    assertThat(prediction.getWindowStart()).isEqualTo(START);
    assertThat(prediction.getWindowEnd()).isEqualTo(START.plusSeconds(10));
    assertThat(prediction.getRevision()).isZero();
    assertThat(prediction.isFinal()).isTrue();
    assertThat(prediction.getPresent()).containsExactly("vibration", "log");
    assertThat(prediction.getAnomalyThreshold()).isEqualTo(0.5);
    assertThat(prediction.getModel())
        .isEqualTo(new Prediction.Model("tiny", bundle.digest(), "cpu", "fp32"));
    assertThat(prediction.getAnswer())
        .usingRecursiveComparison()
        .withEqualsForType((a, b) -> Math.abs(a - b) <= 1e-4f, Float.class)
        .isEqualTo(
            new FusionOutputs(bundle.spec())
                .decode(
                    TinyBundle.ofSeed(1)
                        .models()
                        .fuse(
                            new SceneTensors(bundle.spec(), bundle.widths())
                                .row(START, scene.getWindowEnd(), scene.getTokens()))));
  }

  @Test
  void aSceneThatTheModelCannotAnswerIsADeadLetterAndItsNeighboursAreAnswered() {
    Bundle bundle = fuse(List.of(scene("good", 0.5f), scene("bad", Float.NaN)));

    assertThat(predictions.elements()).extracting(Prediction::getEntity).containsExactly("good");
    assertThat(failed.elements()).hasSize(1);
    DeadLetter letter = DeadLetter.fromBadRecord(failed.elements().get(0));
    assertThat(letter.getStep()).isEqualTo("FuseModalities");
    assertThat(letter.getEntity()).isEqualTo("bad");
    assertThat(letter.getModelDigest()).isEqualTo(bundle.digest());
    assertThat(letter.getReason())
        .startsWith("scene from 2026-01-01T00:00:00Z to 2026-01-01T00:00:10Z: ")
        .contains("finite");
    assertThat(letter.getInput())
        .startsWith("{\"entity\":\"bad\",\"windowStart\":\"2026-01-01T00:00:00Z\"")
        .contains("\"id\":\"v1\"");
  }

  @Test
  void aSceneInWhichNoModalityIsPresentIsADeadLetter() {
    fuse(List.of(scene("good", 0.5f), Scene.of("empty", START, START.plusSeconds(10), Map.of())));

    assertThat(predictions.elements()).extracting(Prediction::getEntity).containsExactly("good");
    assertThat(failed.elements()).hasSize(1);
    DeadLetter letter = DeadLetter.fromBadRecord(failed.elements().get(0));
    assertThat(letter.getEntity()).isEqualTo("empty");
    assertThat(letter.getReason())
        .isEqualTo(
            "scene from 2026-01-01T00:00:00Z to 2026-01-01T00:00:10Z: no modality is present, and"
                + " an answer needs one");
  }

  @Test
  void aRevisionAnswersTheWholeSceneAndKeepsTheIdOfTheAnswerThatItReplaces() {
    fuse(List.of(scene("e", 0.5f).withRevision(0, false), scene("e", 0.4f).withRevision(1, true)));

    assertThat(predictions.elements())
        .extracting(Prediction::getRevision, Prediction::isFinal)
        .containsExactlyInAnyOrder(Tuple.tuple(0, false), Tuple.tuple(1, true));
    assertThat(predictions.elements())
        .extracting(Prediction::getId)
        .containsOnly(predictions.elements().get(0).getId());
  }

  @Test
  void theSceneOfAWindowByCountKeepsItsOrdinal() {
    fuse(List.of(scene("e", 0.5f).withOrdinal(7)));

    assertThat(predictions.elements()).extracting(Prediction::getOrdinal).containsExactly(7L);
  }

  @Test
  void metricsSayWhatWasAskedWhereAndOfWhichModalities() {
    fuse(List.of(scene("good", 0.5f), scene("bad", Float.NaN)));

    assertThat(counters()).containsEntry("rows", 1L).containsEntry("failedRows", 1L);
    assertThat(counters()).containsEntry("present.vibration", 1L).containsEntry("present.log", 1L);
    assertThat(counters()).containsEntry("calls.cpu", 1L).doesNotContainKey("present.camera");
    assertThat(distributions().get("batchRows").getSum()).isEqualTo(1);
    assertThat(distributions().get("queueMicros").getCount()).isEqualTo(1);
    assertThat(distributions().get("inferenceMicros").getMin()).isPositive();
    assertThat(
            distributions().get("attentionPermille.vibration").getSum()
                + distributions().get("attentionPermille.log").getSum())
        .isBetween(998L, 1002L);
  }

  private Map<String, Long> counters() {
    Map<String, Long> counters = new LinkedHashMap<>();
    metrics()
        .getCounters()
        .forEach(counter -> counters.put(counter.getName().getName(), counter.getCommitted()));
    return counters;
  }

  private Map<String, DistributionResult> distributions() {
    Map<String, DistributionResult> distributions = new LinkedHashMap<>();
    metrics()
        .getDistributions()
        .forEach(one -> distributions.put(one.getName().getName(), one.getCommitted()));
    return distributions;
  }

  private MetricQueryResults metrics() {
    return result
        .metrics()
        .queryMetrics(
            MetricsFilter.builder()
                .addNameFilter(MetricNameFilter.inNamespace(FuseModalities.class))
                .build());
  }

  private Bundle fuse(List<Scene> scenes) {
    Bundle bundle = TinyBundle.write(directory.resolve("bundle"));
    Pipeline pipeline = Pipeline.create();
    var fused =
        pipeline
            // One element that unfolds keeps all scenes in one bundle.
            .apply(Create.of(List.of(scenes)).withCoder(ListCoder.of(SceneCoder.of())))
            .apply(FlatMapElements.into(TypeDescriptor.of(Scene.class)).via(list -> list))
            .setCoder(SceneCoder.of())
            .apply(FuseModalities.with(ServedBundle.of(directory.resolve("bundle"), bundle)));
    predictions = Collected.of(fused.output());
    failed = Collected.of(fused.failures());
    result = pipeline.run();
    result.waitUntilFinish();
    return bundle;
  }

  private static Scene scene(String entity, float value) {
    Map<String, List<Token>> tokens = new LinkedHashMap<>();
    tokens.put(
        "vibration",
        List.of(new Token("v1", START.plusSeconds(3), new float[] {value, 0.2f, -0.1f})));
    tokens.put("log", List.of(new Token("l1", START.plusSeconds(4), new float[] {0.3f, value})));
    return Scene.of(entity, START, START.plusSeconds(10), tokens);
  }
}
