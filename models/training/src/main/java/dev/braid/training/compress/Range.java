package dev.braid.training.compress;

/**
 * The stretch of numbers that the 256 values of an unsigned byte stand for; 0 is always one of
 * them, since padding must be exact.
 */
record Range(float low, float high) {
  private static final int STEPS = 255;

  Range {
    low = Math.min(0f, low);
    high = Math.max(0f, high);
    if (!(high - low < Float.MAX_VALUE)) {
      throw new IllegalArgumentException("a range must be finite, but was: " + low + " to " + high);
    }
  }

  /** The distance of two neighbouring values, above 0. */
  float scale() {
    return high > low ? (high - low) / STEPS : 1f;
  }

  /** The byte that stands for 0. */
  byte zeroPoint() {
    return (byte) Math.max(0, Math.min(STEPS, Math.round(-low / scale())));
  }
}
