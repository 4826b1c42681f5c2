package dev.braid.transforms.align;

import dev.braid.spec.WindowSpec;
import dev.braid.transforms.align.SceneBuilder.Built;
import dev.braid.transforms.featurize.Embedding;
import dev.braid.transforms.observation.TimestampSkew;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.state.MapState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Answers sliding windows of a stream from slices, of which each embedding is in one, as Beam's
 * GroupByKey in sliding windows does by default: once when the watermark passes the end of a
 * window, and once more for each embedding that comes after it and within the allowed lateness.
 */
final class SlideSlices extends DoFn<KV<String, Embedding>, Scene> {
  private static final long serialVersionUID = 1L;

  private final SliceGrid grid;
  private final long lateness;
  private final SceneBuilder builder;
  private final Counter duplicates = Metrics.counter(AlignModalities.class, "duplicates");
  private final Counter leftOut = Metrics.counter(AlignModalities.class, "leftOut");
  // Named as engines name what their GroupByKey drops.
  private final Counter dropped = Metrics.counter(AlignModalities.class, "droppedDueToLateness");

  /** By where they begin; each stays until the last window that holds it takes no late data. */
  @StateId("slices")
  private final StateSpec<MapState<Long, Slice>> slicesSpec =
      StateSpecs.map(VarLongCoder.of(), Slice.Form.of());

  /** How many answers a window has had, by where it begins, while it takes late data. */
  @StateId("answers")
  private final StateSpec<MapState<Long, Integer>> answersSpec =
      StateSpecs.map(VarLongCoder.of(), VarIntCoder.of());

  /** Where the first window begins that waits for its end. */
  @StateId("next")
  private final StateSpec<ValueState<Long>> nextSpec = StateSpecs.value(VarLongCoder.of());

  /** At the last instant of that window; if there is none, when the first slice can go. */
  @TimerId("passed")
  private final TimerSpec passedSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  SlideSlices(WindowSpec.Time window, SceneBuilder builder) {
    this.grid = new SliceGrid(window);
    this.lateness = window.allowedLatenessMillis();
    this.builder = builder;
  }

  @ProcessElement
  public void process(
      @Element KV<String, Embedding> element,
      @StateId("slices") MapState<Long, Slice> slices,
      @StateId("answers") MapState<Long, Integer> answers,
      @StateId("next") ValueState<Long> next,
      @TimerId("passed") Timer passed,
      OutputReceiver<Scene> out) {
    Embedding embedding = element.getValue();
    long time = embedding.getTime().toEpochMilli();
    long last = grid.lastStart(time);
    // Of an event-time timer this is the watermark.
    long watermark = passed.getCurrentRelativeTime().getMillis();
    long open = grid.firstStart(time);
    for (; open <= last && isExpired(open, watermark); open += grid.period()) {
      dropped.inc();
    }
    if (open > last) {
      return;
    }
    add(embedding, grid.sliceOf(time), slices);
    Long read = next.read();
    long waiting = read == null ? SliceGrid.NONE : read;
    // A window whose time is up, but whose timer is still to come, is answered then.
    List<Long> late = new ArrayList<>();
    for (; open <= last && hasEnded(open, watermark); open += grid.period()) {
      if (open < waiting) {
        late.add(open);
      }
    }
    if (open < waiting && open <= last) {
      next.write(open);
      set(passed, grid.end(open) - 1);
    }
    if (!late.isEmpty()) {
      TreeMap<Long, Slice> all = read(slices);
      late.forEach(start -> emit(element.getKey(), start, all, false, answers, out));
      if (open > last && waiting == SliceGrid.NONE) {
        set(passed, expiry(all.firstKey()));
      }
    }
  }

  @OnTimer("passed")
  public void passed(
      @Key String entity,
      OnTimerContext context,
      @StateId("slices") MapState<Long, Slice> slices,
      @StateId("answers") MapState<Long, Integer> answers,
      @StateId("next") ValueState<Long> next,
      @TimerId("passed") Timer passed,
      OutputReceiver<Scene> out) {
    long watermark =
        Math.max(
            passed.getCurrentRelativeTime().getMillis(), context.fireTimestamp().getMillis() + 1);
    TreeMap<Long, Slice> all = read(slices);
    Long waiting = next.read();
    long start = waiting == null ? SliceGrid.NONE : grid.nextStart(all, waiting);
    while (start != SliceGrid.NONE && hasEnded(start, watermark)) {
      emit(entity, start, all, isExpired(start, watermark), answers, out);
      start = grid.nextStart(all, start + grid.period());
    }
    while (!all.isEmpty() && expiry(all.firstKey()) < watermark) {
      slices.remove(all.pollFirstEntry().getKey());
    }
    if (lateness > 0) {
      List<Long> expired = new ArrayList<>();
      answers
          .keys()
          .read()
          .forEach(
              answered -> {
                if (isExpired(answered, watermark)) {
                  expired.add(answered);
                }
              });
      expired.forEach(answers::remove);
    }
    if (start != SliceGrid.NONE) {
      next.write(start);
      set(passed, grid.end(start) - 1);
    } else {
      next.clear();
      if (!all.isEmpty()) {
        set(passed, expiry(all.firstKey()));
      }
    }
  }

  private void add(Embedding embedding, long start, MapState<Long, Slice> slices) {
    Slice before = slices.get(start).read();
    // What is in the state must stay as it is: Flink may be writing it to a checkpoint.
    Slice slice = before == null ? new Slice() : before.copy();
    slice.add(embedding, builder.caps());
    slices.put(start, slice);
  }

  private static TreeMap<Long, Slice> read(MapState<Long, Slice> slices) {
    TreeMap<Long, Slice> all = new TreeMap<>();
    for (Map.Entry<Long, Slice> slice : slices.entries().read()) {
      all.put(slice.getKey(), slice.getValue());
    }
    return all;
  }

  private void emit(
      String entity,
      long start,
      TreeMap<Long, Slice> slices,
      boolean isFinal,
      MapState<Long, Integer> answers,
      OutputReceiver<Scene> out) {
    Built built = builder.build(entity, grid, start, slices);
    duplicates.inc(built.duplicates());
    leftOut.inc(built.leftOut());
    Integer before = lateness > 0 ? answers.get(start).read() : null;
    int revision = before == null ? 0 : before;
    if (!isFinal) {
      answers.put(start, revision + 1);
    }
    out.outputWithTimestamp(
        built.scene().withRevision(revision, isFinal), Instant.ofEpochMilli(grid.end(start) - 1));
  }

  /** Whether the watermark has passed the last instant of the window that begins there. */
  private boolean hasEnded(long start, long watermark) {
    return grid.end(start) - 1 < watermark;
  }

  /** Whether that window takes no late data any more. */
  private boolean isExpired(long start, long watermark) {
    return grid.end(start) - 1 + lateness < watermark;
  }

  /** The last instant at which a window takes late data that holds this slice. */
  private long expiry(long slice) {
    return grid.end(grid.lastStart(slice)) - 1 + lateness;
  }

  /** The timer fires when the watermark has passed that time, and holds back what is said then. */
  private static void set(Timer passed, long millis) {
    Instant time = Instant.ofEpochMilli(millis);
    passed.withOutputTimestamp(time).set(time);
  }

  /** A late embedding corrects windows that have ended. */
  @Override
  @SuppressWarnings("deprecation") // There is no other way to say so.
  public Duration getAllowedTimestampSkew() {
    return TimestampSkew.ANY;
  }
}
