package dev.braid.serving;

/** Finds numbers that are none. */
final class Finite {
  private Finite() {}

  /** The index of the first value that is infinite or no number, or -1. */
  static int firstThatIsNot(float[] values) {
    // Nothing times a finite number is nothing, and no number otherwise. Eight sums, so that the
    // processor need not wait for one addition before it starts the next.
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    float e = 0;
    float f = 0;
    float g = 0;
    float h = 0;
    int i = 0;
    for (; i + 7 < values.length; i += 8) {
      a += values[i] * 0f;
      b += values[i + 1] * 0f;
      c += values[i + 2] * 0f;
      d += values[i + 3] * 0f;
      e += values[i + 4] * 0f;
      f += values[i + 5] * 0f;
      g += values[i + 6] * 0f;
      h += values[i + 7] * 0f;
    }
    for (; i < values.length; i++) {
      a += values[i] * 0f;
    }
    if (a + b + c + d + e + f + g + h == 0f) {
      return -1;
    }
    for (int at = 0; at < values.length; at++) {
      if (!Float.isFinite(values[at])) {
        return at;
      }
    }
    return -1;
  }
}
