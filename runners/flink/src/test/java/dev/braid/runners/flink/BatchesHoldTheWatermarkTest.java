package dev.braid.runners.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.bundle.Bundle;
import dev.braid.observation.Blobs;
import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import dev.braid.serving.TinyBundle;
import dev.braid.spec.SpecYaml;
import dev.braid.transforms.Collected;
import dev.braid.transforms.align.AlignModalities;
import dev.braid.transforms.featurize.EncodeObservations;
import dev.braid.transforms.fuse.FuseModalities;
import dev.braid.transforms.fuse.Prediction;
import dev.braid.transforms.model.ServedBundle;
import dev.braid.transforms.observation.ObservationCoder;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Distinct;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Both models keep rows from one element to the next and let them go when the bundle ends. The
 * watermark must not overtake them meanwhile (apache/beam#28649), or windows without allowed
 * lateness would lose them.
 */
class BatchesHoldTheWatermarkTest {
  private static final int OBSERVATIONS = 200;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(longs = {1, 3, 1000})
  void aWatermarkRightBehindEveryObservationMakesNoneLate(long maxBundleSize) {
    Bundle bundle = TinyBundle.write(directory.resolve("bundle"));
    ServedBundle served = ServedBundle.of(directory.resolve("bundle"), bundle);
    FlinkPipelineOptions options = PipelineOptionsFactory.create().as(FlinkPipelineOptions.class);
    options.setRunner(FlinkRunner.class);
    options.setFlinkMaster("[local]");
    options.setParallelism(2);
    options.setStreaming(true);
    options.setMaxBundleSize(maxBundleSize);
    Pipeline pipeline = Pipeline.create(options);
    var encoded = pipeline.apply(stream()).apply(EncodeObservations.with(served, Blobs.none()));
    var aligned =
        encoded
            .output()
            .apply(
                AlignModalities.in(
                    SpecYaml.parse(
                        TinyBundle.SPEC_YAML.replaceFirst("window: .*", "window: {size: 1s}"))));
    var fused = aligned.output().apply(FuseModalities.with(served));
    // A step that drops what is late, as a user may put one behind.
    Collected<String> ids =
        Collected.of(
            fused
                .output()
                .apply("Ids", MapElements.into(TypeDescriptors.strings()).via(Prediction::getId))
                .apply(Window.into(FixedWindows.of(Duration.standardSeconds(1))))
                .apply(Distinct.create()));
    new FlinkEngine().run(pipeline).waitUntilFinish();

    assertThat(ids.elements())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, OBSERVATIONS)
                .mapToObj(
                    i ->
                        "e%d|%s|tiny@%s"
                            .formatted(
                                i % 7,
                                java.time.Instant.ofEpochSecond(i + 1),
                                bundle.digest().replaceFirst(".*:", "").substring(0, 4)))
                .toList());
  }

  private static TestStream<Observation> stream() {
    TestStream.Builder<Observation> stream = TestStream.create(ObservationCoder.of());
    for (int i = 0; i < OBSERVATIONS; i++) {
      java.time.Instant time = java.time.Instant.ofEpochSecond(i);
      stream =
          stream
              .addElements(
                  TimestampedValue.of(
                      Observation.of(
                          "l" + i,
                          "e" + i % 7,
                          "log",
                          time,
                          new Payload.Text("leak", "text/plain")),
                      Instant.ofEpochMilli(time.toEpochMilli())))
              .advanceWatermarkTo(Instant.ofEpochMilli(time.toEpochMilli() + 1));
    }
    return stream.advanceWatermarkToInfinity();
  }
}
