package dev.braid.runners.flink;

import java.util.HashSet;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.transforms.windowing.AfterPane;
import org.apache.beam.sdk.transforms.windowing.AfterProcessingTime;
import org.apache.beam.sdk.transforms.windowing.Repeatedly;
import org.apache.beam.sdk.transforms.windowing.Trigger;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PValue;
import org.joda.time.Duration;

/**
 * Lets what comes within a moment share a transaction. Beam's transactional sink groups its input
 * for a writer that commits group by group, and lets every element be a group of its own, as soon
 * as it is there. Here nothing is written before the next checkpoint anyway, and a commit costs
 * milliseconds.
 */
final class SharedTransactions {
  private static final Trigger EACH = Repeatedly.forever(AfterPane.elementCountAtLeast(1));

  /** There are two groupings one after the other, and a checkpoint comes a second later at best. */
  private static final Trigger TOGETHER =
      Repeatedly.forever(
          AfterProcessingTime.pastFirstElementInPane().plusDelayOf(Duration.millis(250)));

  private SharedTransactions() {}

  /** Changes the groupings around every step of the pipeline that asks for stable input. */
  static void in(Pipeline pipeline) {
    Set<TransformHierarchy.Node> around = StableInput.around(pipeline);
    pipeline.traverseTopologically(new Regroup(around));
  }

  private static final class Regroup extends Pipeline.PipelineVisitor.Defaults {
    private final Set<TransformHierarchy.Node> around;
    private final Set<TransformHierarchy.Node> inside = new HashSet<>();

    private Regroup(Set<TransformHierarchy.Node> around) {
      this.around = around;
    }

    @Override
    public CompositeBehavior enterCompositeTransform(TransformHierarchy.Node node) {
      if (around.contains(node)) {
        inside.add(node);
      }
      return CompositeBehavior.ENTER_TRANSFORM;
    }

    @Override
    public void leaveCompositeTransform(TransformHierarchy.Node node) {
      inside.remove(node);
    }

    @Override
    public void visitValue(PValue value, TransformHierarchy.Node producer) {
      if (!inside.isEmpty() && value instanceof PCollection<?> collection) {
        regroup(collection);
      }
    }

    private static <T> void regroup(PCollection<T> collection) {
      if (collection.getWindowingStrategy().getTrigger().equals(EACH)) {
        collection.setWindowingStrategyInternal(
            collection.getWindowingStrategy().withTrigger(TOGETHER));
      }
    }
  }
}
