package dev.braid.training.graph;

/** IEEE 754 numbers of 16 bits: 1 of sign, 5 of exponent, 10 of fraction. */
final class Halves {
  private static final float LARGEST = 65504f;

  private Halves() {}

  /** The bits of the half nearest to a number (ties to even); what is too large is the largest. */
  static short bits(float value) {
    float clipped = Math.max(-LARGEST, Math.min(LARGEST, value));
    int all = Float.floatToRawIntBits(clipped);
    int sign = all >>> 16 & 0x8000;
    float magnitude = Math.abs(clipped);
    if (magnitude < 0x1p-14f) {
      // Below the normal numbers, halves are multiples of 2^-24.
      return (short) (sign | (int) Math.rint(magnitude * 0x1p24));
    }
    int bits = Float.floatToRawIntBits(magnitude) - (112 << 23);
    int half = bits >>> 13;
    int rest = bits & 0x1fff;
    boolean up = rest > 0x1000 || (rest == 0x1000 && (half & 1) == 1);
    return (short) (sign | (up ? half + 1 : half));
  }
}
