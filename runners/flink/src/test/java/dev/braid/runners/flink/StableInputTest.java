package dev.braid.runners.flink;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.junit.jupiter.api.Test;

class StableInputTest {
  @Test
  void aStepThatAsksForStableInputIsFound() {
    assertThat(StableInput.isAskedBy(pipeline(new Careless()))).isFalse();
    assertThat(StableInput.isAskedBy(pipeline(new Careful()))).isTrue();
  }

  @Test
  void itsBufferHasAPartForFourCheckpointsAndNoBundleEndsBeforeOne() {
    FlinkPipelineOptions options = PipelineOptionsFactory.as(FlinkPipelineOptions.class);

    StableInput.provide(options);

    assertThat(options.getNumConcurrentCheckpoints()).isEqualTo(4);
    assertThat(options.getFinishBundleBeforeCheckpointing()).isFalse();
  }

  private static Pipeline pipeline(DoFn<Integer, Integer> step) {
    Pipeline pipeline = Pipeline.create();
    pipeline.apply(Create.of(1)).apply(ParDo.of(new Careless())).apply(ParDo.of(step));
    return pipeline;
  }

  private static final class Careless extends DoFn<Integer, Integer> {
    @ProcessElement
    public void process(@Element Integer element, OutputReceiver<Integer> out) {
      out.output(element);
    }
  }

  private static final class Careful extends DoFn<Integer, Integer> {
    @RequiresStableInput
    @ProcessElement
    public void process(@Element Integer element, OutputReceiver<Integer> out) {
      out.output(element);
    }
  }
}
