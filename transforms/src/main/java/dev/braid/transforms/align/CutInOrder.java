package dev.braid.transforms.align;

import dev.braid.spec.WindowSpec;
import dev.braid.transforms.featurize.Embedding;
import dev.braid.transforms.featurize.EmbeddingCoder;
import dev.braid.transforms.observation.DeadLetter;
import dev.braid.transforms.observation.TimestampSkew;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;
import org.joda.time.Duration;

/**
 * Cuts the embeddings of a stream in the order of their event times: each waits until the watermark
 * has passed it, so that the order of arrival does not matter.
 */
final class CutInOrder extends DoFn<KV<String, Embedding>, Scene> {
  private static final long serialVersionUID = 1L;

  private final WindowSpec spec;
  private final SceneBuilder builder;
  private final TupleTag<Scene> scenes;
  private final TupleTag<BadRecord> failures;
  private final Counter duplicates = Metrics.counter(AlignModalities.class, "duplicates");
  private final Counter leftOut = Metrics.counter(AlignModalities.class, "leftOut");

  @StateId("pending")
  private final StateSpec<BagState<Embedding>> pendingSpec = StateSpecs.bag(EmbeddingCoder.of());

  @StateId("kept")
  private final StateSpec<ValueState<Kept>> keptSpec = StateSpecs.value(new Kept.Form());

  /** What the timer is set to: a timer cannot be read. */
  @StateId("set")
  private final StateSpec<ValueState<Long>> setSpec = StateSpecs.value(VarLongCoder.of());

  @TimerId("passed")
  private final TimerSpec passedSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  CutInOrder(
      WindowSpec spec, SceneBuilder builder, TupleTag<Scene> scenes, TupleTag<BadRecord> failures) {
    this.spec = spec;
    this.builder = builder;
    this.scenes = scenes;
    this.failures = failures;
  }

  @ProcessElement
  public void process(
      @Element KV<String, Embedding> element,
      @StateId("pending") BagState<Embedding> pending,
      @StateId("set") ValueState<Long> set,
      @TimerId("passed") Timer passed) {
    Embedding embedding = element.getValue();
    pending.add(embedding);
    long time = embedding.getTime().toEpochMilli();
    Long earliest = set.read();
    if (earliest == null || time < earliest) {
      set(time, set, passed);
    }
  }

  @OnTimer("passed")
  public void release(
      OnTimerContext context,
      @StateId("pending") BagState<Embedding> pending,
      @StateId("kept") ValueState<Kept> kept,
      @StateId("set") ValueState<Long> set,
      @TimerId("passed") Timer passed,
      MultiOutputReceiver out) {
    // Of an event-time timer this is the watermark: after a backlog one release does for many.
    Instant watermark =
        Instant.ofEpochMilli(
            Math.max(
                passed.getCurrentRelativeTime().getMillis(),
                context.fireTimestamp().getMillis() + 1));
    List<Embedding> ready = new ArrayList<>();
    List<Embedding> waiting = new ArrayList<>();
    for (Embedding embedding : pending.read()) {
      (embedding.getTime().isBefore(watermark) ? ready : waiting).add(embedding);
    }
    ready.sort(EventTimeOrder.ORDER);
    Kept before = kept.read();
    OrderedWindows windows =
        OrderedWindows.resume(spec, builder, before == null ? Kept.NOTHING : before);
    for (Embedding embedding : ready) {
      switch (windows.add(embedding, built -> emit(built, out))) {
        case DUPLICATE -> duplicates.inc();
        case TOO_LATE -> out.get(failures).output(tooLate(embedding));
        case YES -> {}
      }
    }
    windows.advance(watermark, built -> emit(built, out));
    kept.write(windows.kept());
    pending.clear();
    Instant next = windows.due().equals(Instant.MAX) ? Instant.MAX : windows.due().minusMillis(1);
    for (Embedding embedding : waiting) {
      pending.add(embedding);
      next = embedding.getTime().isBefore(next) ? embedding.getTime() : next;
    }
    if (next.equals(Instant.MAX)) {
      set.clear();
    } else {
      set(next.toEpochMilli(), set, passed);
    }
  }

  /** The timer fires when the watermark has passed that time, and holds back what is said then. */
  private static void set(long millis, ValueState<Long> set, Timer passed) {
    org.joda.time.Instant time = org.joda.time.Instant.ofEpochMilli(millis);
    passed.withOutputTimestamp(time).set(time);
    set.write(millis);
  }

  private void emit(SceneBuilder.Built built, MultiOutputReceiver out) {
    duplicates.inc(built.duplicates());
    leftOut.inc(built.leftOut());
    out.get(scenes)
        .outputWithTimestamp(
            built.scene(),
            org.joda.time.Instant.ofEpochMilli(built.scene().getWindowEnd().toEpochMilli() - 1));
  }

  private static BadRecord tooLate(Embedding embedding) {
    return DeadLetter.of(
            "AlignModalities",
            embedding.getModality(),
            embedding.getEntity(),
            embedding.getId(),
            "too late: later observations of '%s' than this one of %s are answered already; let the"
                    .formatted(embedding.getEntity(), embedding.getTime())
                + " input be further out of order",
            null,
            EmbeddingJson.format(embedding))
        .toBadRecord();
  }

  /** An observation that came behind the watermark is still released. */
  @Override
  @SuppressWarnings("deprecation") // There is no other way to say so.
  public Duration getAllowedTimestampSkew() {
    return TimestampSkew.ANY;
  }
}
