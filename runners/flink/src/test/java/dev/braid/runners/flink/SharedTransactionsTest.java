package dev.braid.runners.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.windowing.AfterPane;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Repeatedly;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PValue;
import org.junit.jupiter.api.Test;

class SharedTransactionsTest {
  private static final String EACH = "Repeatedly.forever(AfterPane.elementCountAtLeast(1))";
  private static final String TOGETHER =
      "Repeatedly.forever(AfterProcessingTime.pastFirstElementInPane().plusDelayOf(250"
          + " milliseconds))";

  @Test
  void theGroupingsOfASinkWithStableInputWaitAMomentAndOthersDoNot() {
    Pipeline pipeline = Pipeline.create();
    PCollection<Integer> input = pipeline.apply(Create.of(1, 2));
    input.apply("Careful", new Sink(new Careful()));
    input.apply("Careless", new Sink(new Careless()));

    SharedTransactions.in(pipeline);

    assertThat(triggersIn("Careful", pipeline)).isNotEmpty().containsOnly(TOGETHER);
    assertThat(triggersIn("Careless", pipeline)).isNotEmpty().containsOnly(EACH);
  }

  private static List<String> triggersIn(String step, Pipeline pipeline) {
    List<String> triggers = new ArrayList<>();
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public void visitValue(PValue value, TransformHierarchy.Node producer) {
            if (producer.getFullName().startsWith(step + "/")) {
              triggers.add(((PCollection<?>) value).getWindowingStrategy().getTrigger().toString());
            }
          }
        });
    return triggers;
  }

  /** Groups as Beam's sink does. */
  private static final class Sink extends PTransform<PCollection<Integer>, PCollection<Integer>> {
    private final DoFn<KV<Integer, Iterable<Integer>>, Integer> writer;

    Sink(DoFn<KV<Integer, Iterable<Integer>>, Integer> writer) {
      this.writer = writer;
    }

    @Override
    public PCollection<Integer> expand(PCollection<Integer> input) {
      return input
          .apply(
              Window.<Integer>into(new GlobalWindows())
                  .triggering(Repeatedly.forever(AfterPane.elementCountAtLeast(1)))
                  .discardingFiredPanes())
          .apply(WithKeys.of(0))
          .apply(GroupByKey.create())
          .apply("Write", ParDo.of(writer));
    }
  }

  private static final class Careless extends DoFn<KV<Integer, Iterable<Integer>>, Integer> {
    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Integer>> element, OutputReceiver<Integer> out) {
      out.output(element.getKey());
    }
  }

  private static final class Careful extends DoFn<KV<Integer, Iterable<Integer>>, Integer> {
    @RequiresStableInput
    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Integer>> element, OutputReceiver<Integer> out) {
      out.output(element.getKey());
    }
  }
}
