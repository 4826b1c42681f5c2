package dev.braid.runners.flink;

import java.util.HashSet;
import java.util.Set;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature;
import org.apache.beam.sdk.transforms.reflect.DoFnSignatures;

/**
 * Steps of a pipeline whose input must be the same after a failure: finds them, provides for them.
 */
final class StableInput extends Pipeline.PipelineVisitor.Defaults {
  private static final int CHECKPOINTS = 4;

  private final Set<TransformHierarchy.Node> around = new HashSet<>();

  private StableInput() {}

  /** Whether a step asks for it. */
  static boolean isAskedBy(Pipeline pipeline) {
    return !around(pipeline).isEmpty();
  }

  /** What directly holds a step that asks for it. */
  static Set<TransformHierarchy.Node> around(Pipeline pipeline) {
    StableInput visitor = new StableInput();
    pipeline.traverseTopologically(visitor);
    return visitor.around;
  }

  /** Sets what Beam's buffer for such a step needs. */
  static void provide(FlinkPipelineOptions options) {
    // It loses elements of bundles that are finished before a checkpoint: after a TaskManager was
    // killed, transactions never went on.
    options.setFinishBundleBeforeCheckpointing(false);
    // It has a part for each checkpoint that may be under way, and one more, and takes them in turn
    // without looking whether they are empty. With two of them, what came after a restored one, or
    // one that was given up, left together with that, before its own checkpoint was complete.
    options.setNumConcurrentCheckpoints(
        Math.max(CHECKPOINTS, options.getNumConcurrentCheckpoints()));
  }

  @Override
  public void visitPrimitiveTransform(TransformHierarchy.Node node) {
    if (node.getTransform() instanceof ParDo.MultiOutput<?, ?> step) {
      DoFnSignature.ProcessElementMethod process =
          DoFnSignatures.signatureForDoFn(step.getFn()).processElement();
      if (process != null && process.requiresStableInput()) {
        around.add(composite(node));
      }
    }
  }

  /** The step that a person applied, not the form of it that Beam made of it, holds it. */
  private static TransformHierarchy.Node composite(TransformHierarchy.Node node) {
    TransformHierarchy.Node holder = node.getEnclosingNode();
    while (holder != null && holder.getTransform() instanceof ParDo.SingleOutput<?, ?>) {
      holder = holder.getEnclosingNode();
    }
    return holder == null ? node : holder;
  }
}
