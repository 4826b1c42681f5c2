package dev.braid.bench;

import org.apache.beam.sdk.transforms.DoFn;

/** Ends a measured pipeline. */
final class CountRows<T> extends DoFn<T, Void> {
  private static final long serialVersionUID = 1L;
  private static final int LOOK = 64;

  private int rows;

  @ProcessElement
  public void process(@Element T row) {
    rows++;
    if (rows == LOOK) {
      Meter.current().add(rows);
      rows = 0;
    }
  }

  @FinishBundle
  public void finishBundle() {
    if (rows > 0) {
      Meter.current().add(rows);
      rows = 0;
    }
  }
}
