package dev.braid.transforms.observation;

import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Duration;

/** How far behind the element that is processed a step may put the timestamps of its outputs. */
public final class TimestampSkew {
  /**
   * As far as time goes. Not more: Beam takes it from the timestamp of every element and catches
   * what overflows, an exception each, which costs more than a row of a small model.
   */
  public static final Duration ANY =
      new Duration(BoundedWindow.TIMESTAMP_MIN_VALUE, BoundedWindow.TIMESTAMP_MAX_VALUE);

  private TimestampSkew() {}
}
