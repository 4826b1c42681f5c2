package dev.braid.runners.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class FlinkEngineTest {
  /** Static, since an embedded engine runs the DoFn's copies in this JVM. */
  private static final Queue<String> COUNTS = new ConcurrentLinkedQueue<>();

  @Test
  void theJarsEngineCountsEverySlidingWindowOnce() {
    Engine engine = Engines.named("flink");
    Pipeline pipeline = Pipeline.create(Engines.options(engine, PipelineOptions.class, List.of()));
    pipeline
        .apply(
            Create.timestamped(
                TimestampedValue.of("press", new Instant(1_000)),
                TimestampedValue.of("press", new Instant(6_000)),
                TimestampedValue.of("pump", new Instant(6_000))))
        .apply(
            Window.into(
                SlidingWindows.of(Duration.standardSeconds(10)).every(Duration.standardSeconds(5))))
        .apply(Count.perElement())
        .apply(ParDo.of(new Record()));

    PipelineResult.State state = engine.run(pipeline).waitUntilFinish();

    assertThat(state).isEqualTo(PipelineResult.State.DONE);
    assertThat(COUNTS)
        .containsExactlyInAnyOrder(
            "press ..4999 1",
            "press ..9999 2",
            "press ..14999 1",
            "pump ..9999 1",
            "pump ..14999 1");
  }

  private static final class Record extends DoFn<KV<String, Long>, Void> {
    @ProcessElement
    public void process(@Element KV<String, Long> count, BoundedWindow window) {
      COUNTS.add(
          count.getKey() + " .." + window.maxTimestamp().getMillis() + " " + count.getValue());
    }
  }
}
