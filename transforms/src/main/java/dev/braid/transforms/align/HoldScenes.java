package dev.braid.transforms.align;

import dev.braid.transforms.observation.TimestampSkew;
import java.time.Instant;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Duration;

/**
 * Holds the scene of a window that has ended until it lacks no modality that is waited for, or
 * until the budget is spent, and counts revisions anew, since the scenes that were held are none.
 * Early scenes go straight on. State and timer are those of one window and go with it.
 */
final class HoldScenes extends DoFn<KV<String, Scene>, Scene> {
  private static final long serialVersionUID = 1L;

  private final WaitBudgets budgets;

  @StateId("held")
  private final StateSpec<ValueState<Scene>> heldSpec = StateSpecs.value(SceneCoder.of());

  @StateId("revision")
  private final StateSpec<ValueState<Integer>> revisionSpec = StateSpecs.value(VarIntCoder.of());

  @TimerId("budget")
  private final TimerSpec budgetSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

  HoldScenes(WaitBudgets budgets) {
    this.budgets = budgets;
  }

  @ProcessElement
  public void process(
      @Element KV<String, Scene> element,
      PaneInfo pane,
      BoundedWindow window,
      @StateId("held") ValueState<Scene> held,
      @StateId("revision") ValueState<Integer> revision,
      @TimerId("budget") Timer budget,
      OutputReceiver<Scene> out) {
    Scene scene = element.getValue();
    Instant deadline = budgets.deadline(scene);
    // Of an event-time timer this is the watermark.
    long watermark = budget.getCurrentRelativeTime().getMillis();
    if (pane.getTiming() == PaneInfo.Timing.EARLY
        || deadline.equals(scene.getWindowEnd())
        || watermark >= deadline.toEpochMilli()) {
      held.clear();
      emit(scene, revision, out);
    } else {
      held.write(scene);
      // A timer fires when the watermark has passed it: that of the last millisecond, at the
      // deadline. Several scenes share the timer, and one that lacks less is due earlier.
      budget
          .withOutputTimestamp(window.maxTimestamp())
          .set(org.joda.time.Instant.ofEpochMilli(deadline.toEpochMilli() - 1));
    }
  }

  @OnTimer("budget")
  public void spent(
      @StateId("held") ValueState<Scene> held,
      @StateId("revision") ValueState<Integer> revision,
      OutputReceiver<Scene> out) {
    Scene scene = held.read();
    if (scene != null) {
      held.clear();
      emit(scene, revision, out);
    }
  }

  private static void emit(Scene scene, ValueState<Integer> revision, OutputReceiver<Scene> out) {
    Integer next = revision.read();
    out.output(scene.withRevision(next == null ? 0 : next, scene.isFinal()));
    revision.write(next == null ? 1 : next + 1);
  }

  /** A scene that was held is that of an earlier element. */
  @Override
  @SuppressWarnings("deprecation") // There is no other way to say so.
  public Duration getAllowedTimestampSkew() {
    return TimestampSkew.ANY;
  }
}
