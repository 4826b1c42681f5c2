package dev.braid.transforms.align;

import dev.braid.spec.WindowSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.IncompatibleWindowException;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.NonMergingWindowFn;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.transforms.windowing.WindowMappingFn;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Windows of one size of which one begins at every multiple of the period since the epoch, before
 * 1970 as after it. Beam's own {@code SlidingWindows} takes the remainder of a negative time for a
 * modulus and so misses windows before 1970.
 */
final class SlidingEventTime extends NonMergingWindowFn<Object, IntervalWindow> {
  private static final long serialVersionUID = 1L;

  private final long sizeMillis;
  private final long periodMillis;

  private SlidingEventTime(long sizeMillis, long periodMillis) {
    this.sizeMillis = sizeMillis;
    this.periodMillis = periodMillis;
  }

  static SlidingEventTime of(WindowSpec.Time window) {
    return of(window.sizeMillis(), window.periodMillis());
  }

  static SlidingEventTime of(long sizeMillis, long periodMillis) {
    return new SlidingEventTime(sizeMillis, periodMillis);
  }

  @Override
  public Collection<IntervalWindow> assignWindows(AssignContext context) {
    return windowsOf(context.timestamp().getMillis());
  }

  /** The windows that hold an instant, the latest first. */
  List<IntervalWindow> windowsOf(long millis) {
    List<IntervalWindow> windows = new ArrayList<>((int) (sizeMillis / periodMillis) + 1);
    long latest = millis - Math.floorMod(millis, periodMillis);
    for (long start = latest; start > millis - sizeMillis; start -= periodMillis) {
      windows.add(new IntervalWindow(Instant.ofEpochMilli(start), Duration.millis(sizeMillis)));
    }
    return windows;
  }

  @Override
  public boolean assignsToOneWindow() {
    return sizeMillis == periodMillis;
  }

  @Override
  public Coder<IntervalWindow> windowCoder() {
    return IntervalWindow.getCoder();
  }

  @Override
  public WindowMappingFn<IntervalWindow> getDefaultWindowMappingFn() {
    return new Latest(this);
  }

  @Override
  public boolean isCompatible(WindowFn<?, ?> other) {
    return equals(other);
  }

  @Override
  public void verifyCompatibility(WindowFn<?, ?> other) throws IncompatibleWindowException {
    if (!isCompatible(other)) {
      throw new IncompatibleWindowException(
          other, "only windows of the same size and period are compatible");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SlidingEventTime windows
        && windows.sizeMillis == sizeMillis
        && windows.periodMillis == periodMillis;
  }

  @Override
  public int hashCode() {
    return Objects.hash(sizeMillis, periodMillis);
  }

  /** A side input is read in the latest window that holds the main window's last instant. */
  private static final class Latest extends WindowMappingFn<IntervalWindow> {
    private static final long serialVersionUID = 1L;

    private final SlidingEventTime windows;

    Latest(SlidingEventTime windows) {
      this.windows = windows;
    }

    @Override
    public IntervalWindow getSideInputWindow(BoundedWindow mainWindow) {
      return windows.windowsOf(mainWindow.maxTimestamp().getMillis()).get(0);
    }
  }
}
