package dev.braid.runners.flink;

import java.util.HashSet;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature;
import org.apache.beam.sdk.transforms.reflect.DoFnSignatures;

/** Looks for steps of a pipeline whose input must be the same after a failure. */
final class StableInput extends Pipeline.PipelineVisitor.Defaults {
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
