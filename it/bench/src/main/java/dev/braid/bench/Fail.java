package dev.braid.bench;

import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;

/** Ends a measured pipeline, in which nothing may fail, as soon as something has. */
final class Fail extends DoFn<BadRecord, Void> {
  private static final long serialVersionUID = 1L;

  @ProcessElement
  public void process(@Element BadRecord record) {
    throw new IllegalStateException("a row failed: " + record);
  }
}
