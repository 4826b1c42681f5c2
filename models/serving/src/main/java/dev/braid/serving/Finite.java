package dev.braid.serving;

/** Finds numbers that are none. */
final class Finite {
  private Finite() {}

  /** The index of the first value that is infinite or no number, or -1. */
  static int firstThatIsNot(float[] values) {
    // Nothing times a finite number is nothing, and no number otherwise. Four sums, so that the
    // processor need not wait for one addition before it starts the next.
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = 0;
    for (; i + 3 < values.length; i += 4) {
      a += values[i] * 0f;
      b += values[i + 1] * 0f;
      c += values[i + 2] * 0f;
      d += values[i + 3] * 0f;
    }
    for (; i < values.length; i++) {
      a += values[i] * 0f;
    }
    if (a + b + c + d == 0f) {
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
