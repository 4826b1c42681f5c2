package dev.braid.runners.flink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.engine.Engines;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.junit.jupiter.api.Test;

class MeasuredDoFnRunnerTest {
  @Test
  void stepsInOneTaskCountForThemselvesBeforeAndAfterTheNextOneRan() {
    FlinkEngine engine = new FlinkEngine();
    Pipeline pipeline =
        Pipeline.create(
            Engines.options(
                engine,
                PipelineOptions.class,
                List.of(
                    "--parallelism=1",
                    "--streaming",
                    "--shutdownSourcesAfterIdleMs=0",
                    "--maxBundleSize=2")));
    pipeline
        .apply(Create.of(1, 2, 3, 4, 5))
        .apply("Twice", ParDo.of(new CountAroundItsOutputs(2)))
        .apply("Thrice", ParDo.of(new CountAroundItsOutputs(3)))
        .apply("End", ParDo.of(new CountAroundItsOutputs(0)));

    PipelineResult result = engine.run(pipeline);
    result.waitUntilFinish();

    Map<String, Long> counted = new TreeMap<>();
    result
        .metrics()
        .queryMetrics(MetricsFilter.builder().build())
        .getCounters()
        .forEach(
            counter ->
                counted.put(
                    counter.getKey().stepName().split("/")[0]
                        + "."
                        + counter.getKey().metricName().getName(),
                    counter.getAttempted()));
    assertThat(counted)
        .containsEntry("Twice.before", 5L)
        .containsEntry("Twice.after", 5L)
        .containsEntry("Thrice.before", 10L)
        .containsEntry("Thrice.after", 10L)
        .containsEntry("End.before", 30L)
        .containsEntry("End.after", 30L);
  }

  private static final class CountAroundItsOutputs extends DoFn<Integer, Integer> {
    private final int outputs;

    CountAroundItsOutputs(int outputs) {
      this.outputs = outputs;
    }

    @ProcessElement
    public void process(@Element Integer element, OutputReceiver<Integer> out) {
      Metrics.counter("test", "before").inc();
      for (int i = 0; i < outputs; i++) {
        out.output(element);
      }
      Metrics.counter("test", "after").inc();
    }
  }
}
