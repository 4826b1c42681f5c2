package dev.braid.runners.flink;

import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.reflect.DoFnSignature;
import org.apache.beam.sdk.transforms.reflect.DoFnSignatures;

/** Looks for steps of a pipeline whose input must be the same after a failure. */
final class StableInput extends Pipeline.PipelineVisitor.Defaults {
  private boolean asked;

  private StableInput() {}

  /** Whether a step asks for it. */
  static boolean isAskedBy(Pipeline pipeline) {
    StableInput visitor = new StableInput();
    pipeline.traverseTopologically(visitor);
    return visitor.asked;
  }

  @Override
  public void visitPrimitiveTransform(TransformHierarchy.Node node) {
    if (node.getTransform() instanceof ParDo.MultiOutput<?, ?> step) {
      DoFnSignature.ProcessElementMethod process =
          DoFnSignatures.signatureForDoFn(step.getFn()).processElement();
      asked |= process != null && process.requiresStableInput();
    }
  }
}
