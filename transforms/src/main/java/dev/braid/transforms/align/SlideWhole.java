package dev.braid.transforms.align;

import dev.braid.transforms.align.SceneBuilder.Built;
import dev.braid.transforms.observation.TimestampSkew;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * The scenes of all sliding windows that lie in one of {@link SliceGrid#stretches}, and of whose
 * entities all slices are there at once.
 */
final class SlideWhole extends DoFn<KV<String, SlicesByEntity>, Scene> {
  private static final long serialVersionUID = 1L;

  private final SliceGrid grid;
  private final SceneBuilder builder;
  private final Counter duplicates = Metrics.counter(AlignModalities.class, "duplicates");
  private final Counter leftOut = Metrics.counter(AlignModalities.class, "leftOut");

  SlideWhole(SliceGrid grid, SceneBuilder builder) {
    this.grid = grid;
    this.builder = builder;
  }

  @ProcessElement
  public void process(
      @Element KV<String, SlicesByEntity> group, BoundedWindow window, OutputReceiver<Scene> out) {
    IntervalWindow stretch = (IntervalWindow) window;
    long last = stretch.end().getMillis() - grid.end(0);
    for (Map.Entry<String, TreeMap<Long, Slice>> entity : group.getValue().entities().entrySet()) {
      long start = grid.nextStart(entity.getValue(), stretch.start().getMillis());
      while (start <= last) {
        Built built = builder.build(entity.getKey(), grid, start, entity.getValue());
        duplicates.inc(built.duplicates());
        leftOut.inc(built.leftOut());
        out.outputWithTimestamp(built.scene(), Instant.ofEpochMilli(grid.end(start) - 1));
        start = grid.nextStart(entity.getValue(), start + grid.period());
      }
    }
  }

  /** Most windows end before the stretch does. */
  @Override
  @SuppressWarnings("deprecation") // There is no other way to say so.
  public Duration getAllowedTimestampSkew() {
    return TimestampSkew.ANY;
  }
}
