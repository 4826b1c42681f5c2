package dev.braid.transforms.model;

import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.TupleTag;
import org.joda.time.Instant;

/**
 * Where a DoFn that batches puts its outputs, each with its own timestamp and window, while it
 * processes an element of another window as well as when the bundle ends.
 */
interface WindowedOutput {
  <T> void output(TupleTag<T> tag, T value, Instant timestamp, BoundedWindow window);

  /**
   * The outputs of the method that processes one element. Of the context and not of a receiver,
   * behind which Beam makes each output twice.
   */
  static WindowedOutput of(DoFn<?, ?>.ProcessContext context) {
    return new WindowedOutput() {
      @Override
      public <T> void output(TupleTag<T> tag, T value, Instant timestamp, BoundedWindow window) {
        context.outputWindowedValue(tag, value, timestamp, List.of(window), PaneInfo.NO_FIRING);
      }
    };
  }

  /** The outputs of the method that ends a bundle. */
  static WindowedOutput of(DoFn<?, ?>.FinishBundleContext context) {
    return context::output;
  }
}
