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

/** The scenes of the entities of one group in one window in time. */
final class BuildScene extends DoFn<KV<String, Iterable<Embedding>>, Scene> {
  private static final long serialVersionUID = 1L;

  /** What the panes of a window are. */
  enum Panes {
    /** There is one: what a runner says of the pane of a bounded input differs. */
    ONLY,
    /** Each is the next revision of the answer. */
    REVISIONS
  }

  private final SceneBuilder builder;
  private final Panes panes;
  private final Counter duplicates = Metrics.counter(AlignModalities.class, "duplicates");
  private final Counter leftOut = Metrics.counter(AlignModalities.class, "leftOut");

  BuildScene(SceneBuilder builder, Panes panes) {
    this.builder = builder;
    this.panes = panes;
  }

  @ProcessElement
  public void process(
      @Element KV<String, Iterable<Embedding>> group,
      BoundedWindow window,
      PaneInfo pane,
      OutputReceiver<Scene> out) {
    IntervalWindow interval = (IntervalWindow) window;
    Instant start = Instant.ofEpochMilli(interval.start().getMillis());
    Instant end = Instant.ofEpochMilli(interval.end().getMillis());
    for (Built built : builder.build(start, end, group.getValue())) {
      duplicates.inc(built.duplicates());
      leftOut.inc(built.leftOut());
      out.output(
          panes == Panes.ONLY
              ? built.scene()
              : built.scene().withRevision((int) pane.getIndex(), pane.isLast()));
    }
  }
}
