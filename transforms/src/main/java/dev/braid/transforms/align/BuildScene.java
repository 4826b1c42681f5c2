package dev.braid.transforms.align;

import dev.braid.transforms.align.SceneBuilder.Built;
import dev.braid.transforms.featurize.Embedding;
import java.time.Instant;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.KV;

/** The scene of an entity in a window in time, a revision for every pane. */
final class BuildScene extends DoFn<KV<String, Iterable<Embedding>>, Scene> {
  private static final long serialVersionUID = 1L;

  private final SceneBuilder builder;
  private final Counter duplicates = Metrics.counter(AlignModalities.class, "duplicates");
  private final Counter leftOut = Metrics.counter(AlignModalities.class, "leftOut");

  BuildScene(SceneBuilder builder) {
    this.builder = builder;
  }

  @ProcessElement
  public void process(
      @Element KV<String, Iterable<Embedding>> group,
      BoundedWindow window,
      PaneInfo pane,
      OutputReceiver<Scene> out) {
    if (!group.getValue().iterator().hasNext()) {
      return; // Flink has an empty pane more where the watermark jumped past the allowed lateness.
    }
    IntervalWindow interval = (IntervalWindow) window;
    Instant start = Instant.ofEpochMilli(interval.start().getMillis());
    Instant end = Instant.ofEpochMilli(interval.end().getMillis());
    Built built = builder.build(group.getKey(), start, end, group.getValue());
    duplicates.inc(built.duplicates());
    leftOut.inc(built.leftOut());
    out.output(built.scene().withRevision((int) pane.getIndex(), pane.isLast()));
  }
}
