package dev.braid.pipelines.convert;

/** Hears how far a conversion is. */
@FunctionalInterface
public interface Progress {
  /** {@code done} of {@code total} scenes or entities are written. */
  void at(long done, long total);
}
