package dev.braid.runners.flink;

import org.apache.beam.runners.core.DoFnRunner;
import org.apache.beam.sdk.metrics.MetricsContainer;
import org.apache.beam.sdk.metrics.MetricsEnvironment;
import org.apache.beam.sdk.metrics.MetricsEnvironment.MetricsEnvironmentState;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.WindowedValue;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Runs a step whose metrics are where they were when its bundle began. Beam's own looks for them
 * anew with each element, by the step's name, which took longer than all that the step did with a
 * small model's row beside making it.
 *
 * <p>Used by one thread at a time; not always the same one.
 */
final class MeasuredDoFnRunner<InputT, OutputT> implements DoFnRunner<InputT, OutputT> {
  private final DoFnRunner<InputT, OutputT> step;
  private @Nullable MetricsContainer metrics;
  private @Nullable Thread thread;
  private @Nullable MetricsEnvironmentState ofThread;

  MeasuredDoFnRunner(DoFnRunner<InputT, OutputT> step) {
    this.step = step;
  }

  /** Called where the step's metrics are the current ones. */
  @Override
  public void startBundle() {
    metrics = MetricsEnvironment.getCurrentContainer();
    step.startBundle();
  }

  @Override
  public void processElement(WindowedValue<InputT> element) {
    MetricsEnvironmentState current = ofThisThread();
    // The step in front is not done yet, and counts on.
    MetricsContainer before = current.activate(metrics);
    try {
      step.processElement(element);
    } finally {
      current.activate(before);
    }
  }

  @Override
  public <KeyT> void onTimer(
      String timerId,
      String timerFamilyId,
      KeyT key,
      BoundedWindow window,
      Instant timestamp,
      Instant outputTimestamp,
      TimeDomain domain) {
    step.onTimer(timerId, timerFamilyId, key, window, timestamp, outputTimestamp, domain);
  }

  @Override
  public void finishBundle() {
    step.finishBundle();
  }

  @Override
  public <KeyT> void onWindowExpiration(BoundedWindow window, Instant timestamp, KeyT key) {
    step.onWindowExpiration(window, timestamp, key);
  }

  @Override
  public DoFn<InputT, OutputT> getFn() {
    return step.getFn();
  }

  private MetricsEnvironmentState ofThisThread() {
    MetricsEnvironmentState known = ofThread;
    if (known == null || thread != Thread.currentThread()) {
      known = MetricsEnvironment.getMetricsEnvironmentStateForCurrentThread();
      ofThread = known;
      thread = Thread.currentThread();
    }
    return known;
  }
}
