package dev.braid.transforms.align;

/** The same windows made of slices, on an engine that has event-time timers in a stream. */
public abstract class SlicedWindowsContract extends TimeWindowsContract {
  @Override
  protected final boolean timers() {
    return true;
  }
}
