package dev.braid.transforms.model;

import dev.braid.serving.CallObserver;
import java.io.Serializable;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Distribution;
import org.apache.beam.sdk.metrics.Metrics;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of a step that asks a model, listed in {@code docs/metrics.md}. All are told once for
 * a batch, never for an element. Used by one thread at a time, inside of a bundle.
 */
final class ServingMetrics implements CallObserver, Serializable {
  private static final long serialVersionUID = 1L;

  private final Class<?> step;
  private final Counter rows;
  private final Counter failedRows;
  private final Counter elements;
  private final Counter padding;
  private final Counter splits;
  private final Counter swaps;
  private final Distribution batchRows;
  private final Distribution queueMicros;
  private final Distribution inferenceMicros;
  private transient @Nullable Counter device;

  ServingMetrics(Class<?> step) {
    this.step = step;
    this.rows = Metrics.counter(step, "rows");
    this.failedRows = Metrics.counter(step, "failedRows");
    this.elements = Metrics.counter(step, "elements");
    this.padding = Metrics.counter(step, "padding");
    this.splits = Metrics.counter(step, "splits");
    this.swaps = Metrics.counter(step, "swaps");
    this.batchRows = Metrics.distribution(step, "batchRows");
    this.queueMicros = Metrics.distribution(step, "queueMicros");
    this.inferenceMicros = Metrics.distribution(step, "inferenceMicros");
  }

  void servedOn(String name) {
    device = Metrics.counter(step, "calls." + name);
  }

  void answered(int count) {
    rows.inc(count);
  }

  void unanswered(int count) {
    if (count > 0) {
      failedRows.inc(count);
    }
  }

  void swapped() {
    swaps.inc();
  }

  @Override
  public void waited(long nanos) {
    queueMicros.update(nanos / 1000);
  }

  @Override
  public void ran(int batch, long inputs, long added, long nanos) {
    batchRows.update(batch);
    inferenceMicros.update(nanos / 1000);
    elements.inc(inputs);
    if (added > 0) {
      padding.inc(added);
    }
    if (device != null) {
      device.inc();
    }
  }

  @Override
  public void split(int batch) {
    splits.inc();
  }
}
