package dev.braid.runners.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.engine.Engines;
import dev.braid.transforms.Collected;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;

class PromptDoFnOperatorTest {
  private static final String KEY = "machine";

  @Test
  void aWatermarkEndsTheBundlesInFrontOfATimerAndLetsItFireBeforeTheNextElementComes() {
    FlinkEngine engine = new FlinkEngine();
    PipelineOptions options =
        Engines.options(
            engine,
            PipelineOptions.class,
            List.of(
                "--parallelism=1",
                "--streaming",
                // No bundle ends by itself, nor by a checkpoint.
                "--maxBundleSize=1000000",
                "--maxBundleTimeMills=3600000",
                "--checkpointingInterval=3600000"));
    Pipeline pipeline = Pipeline.create(options);
    TestStream<KV<String, String>> stream =
        TestStream.create(KvCoder.of(StringUtf8Coder.of(), StringUtf8Coder.of()))
            .addElements(at(0, "first"))
            .advanceWatermarkTo(Instant.ofEpochSecond(10))
            .addElements(at(10, "second"))
            .advanceWatermarkToInfinity();
    Collected<String> came =
        Collected.of(
            pipeline
                .apply(stream)
                .apply("Hold", ParDo.of(new HoldToTheEndOfTheBundle()))
                .apply("HoldAgain", ParDo.of(new HoldToTheEndOfTheBundle()))
                .apply("Alarm", ParDo.of(new AlarmAtFive())));

    engine.run(pipeline).waitUntilFinish();

    assertThat(came.elements()).containsExactly("first", "alarm", "second");
  }

  private static TimestampedValue<KV<String, String>> at(long second, String value) {
    return TimestampedValue.of(KV.of(KEY, value), Instant.ofEpochSecond(second));
  }

  private static final class HoldToTheEndOfTheBundle
      extends DoFn<KV<String, String>, KV<String, String>> {
    private transient List<TimestampedValue<KV<String, String>>> held;

    @StartBundle
    public void startBundle() {
      held = new ArrayList<>();
    }

    @ProcessElement
    public void process(@Element KV<String, String> element, @Timestamp Instant time) {
      held.add(TimestampedValue.of(element, time));
    }

    @FinishBundle
    public void finishBundle(FinishBundleContext context) {
      held.forEach(
          one -> context.output(one.getValue(), one.getTimestamp(), GlobalWindow.INSTANCE));
    }
  }

  private static final class AlarmAtFive extends DoFn<KV<String, String>, String> {
    @TimerId("five")
    private final TimerSpec five = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    @ProcessElement
    public void process(
        @Element KV<String, String> element,
        @Timestamp Instant time,
        @TimerId("five") Timer timer,
        OutputReceiver<String> out) {
      if (time.isBefore(Instant.ofEpochSecond(5))) {
        timer.set(Instant.ofEpochSecond(5));
      }
      out.output(element.getValue());
    }

    @OnTimer("five")
    public void alarm(OutputReceiver<String> out) {
      out.output("alarm");
    }
  }
}
