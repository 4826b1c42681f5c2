package dev.braid.serving;

/** Finds numbers that are none. */
final class Finite {
  private Finite() {}

  /** The index of the first value that is infinite or no number, or -1. */
  static int firstThatIsNot(float[] values) {
    if (values.length == 1) {
      return Float.isFinite(values[0]) ? -1 : 0;
    }
    // A sum is finite only if each of its numbers is; finite numbers whose sum is not are so huge
    // that they may be looked at one by one. Eight sums, so that the processor need not wait for
    // one addition before it starts the next.
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
      a += values[i];
      b += values[i + 1];
      c += values[i + 2];
      d += values[i + 3];
      e += values[i + 4];
      f += values[i + 5];
      g += values[i + 6];
      h += values[i + 7];
    }
    for (; i < values.length; i++) {
      a += values[i];
    }
    if (Float.isFinite(a + b + c + d + e + f + g + h)) {
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
