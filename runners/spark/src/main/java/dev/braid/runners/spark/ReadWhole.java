package dev.braid.runners.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.runners.PTransformOverride;
import org.apache.beam.sdk.runners.PTransformOverrideFactory;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.util.construction.ReplacementOutputs;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Reads an unbounded source with one reader, and spreads what it read over all cores. Stands in for
 * every unbounded read of a pipeline that Spark runs; the pipeline knows nothing of it.
 */
final class ReadWhole<T> extends PTransform<PBegin, PCollection<T>> {
  private final transient WholeSource<T, ?> source;

  private ReadWhole(WholeSource<T, ?> source) {
    this.source = source;
  }

  /**
   * Puts this transform in place of the pipeline's unbounded read.
   *
   * @throws IllegalArgumentException if there are several, whose watermarks Spark cannot keep apart
   */
  static void replaceIn(Pipeline pipeline) {
    Reads reads = new Reads();
    pipeline.traverseTopologically(reads);
    if (reads.names.size() > 1) {
      throw new IllegalArgumentException(
          "the spark runner reads one unbounded source, and this pipeline has %d: %s; read all"
                  .formatted(reads.names.size(), String.join(", ", reads.names))
              + " topics in one read, or take the flink runner");
    }
    pipeline.replaceAll(List.of(PTransformOverride.of(ReadWhole::isOther, new Factory<>())));
  }

  @Override
  public PCollection<T> expand(PBegin begin) {
    return begin
        .apply("Read", Read.from(source))
        // The reader is one task: what follows is not.
        .apply("Spread", Reshuffle.viaRandomKey());
  }

  private static boolean isOther(AppliedPTransform<?, ?, ?> applied) {
    return isOther(applied.getTransform());
  }

  private static boolean isOther(PTransform<?, ?> transform) {
    return transform instanceof Read.Unbounded<?> read
        && !(read.getSource() instanceof WholeSource);
  }

  private static final class Reads extends Pipeline.PipelineVisitor.Defaults {
    private final List<String> names = new ArrayList<>();

    @Override
    public CompositeBehavior enterCompositeTransform(TransformHierarchy.Node node) {
      PTransform<?, ?> transform = node.getTransform();
      if (transform != null && isOther(transform)) {
        names.add(node.getFullName());
      }
      return CompositeBehavior.ENTER_TRANSFORM;
    }
  }

  private static final class Factory<T>
      implements PTransformOverrideFactory<PBegin, PCollection<T>, Read.Unbounded<T>> {
    @Override
    public PTransformReplacement<PBegin, PCollection<T>> getReplacementTransform(
        AppliedPTransform<PBegin, PCollection<T>, Read.Unbounded<T>> applied) {
      return PTransformReplacement.of(
          applied.getPipeline().begin(),
          new ReadWhole<>(whole(applied.getTransform().getSource())));
    }

    private static <T, M extends UnboundedSource.CheckpointMark> WholeSource<T, M> whole(
        UnboundedSource<T, M> source) {
      return new WholeSource<>(source);
    }

    @Override
    public Map<PCollection<?>, ReplacementOutput> mapOutputs(
        Map<TupleTag<?>, PCollection<?>> outputs, PCollection<T> replacement) {
      return ReplacementOutputs.singleton(outputs, replacement);
    }
  }
}
