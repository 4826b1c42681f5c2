package dev.braid.featurizer;

import java.math.BigInteger;

/**
 * A sum of doubles without any rounding, so that it depends neither on their order nor on how they
 * were split up: a fixed-point number that is wide enough for every double, in limbs of 32 bits
 * whose carries are put off (Neal, Fast exact summation using small and large superaccumulators,
 * arXiv:1505.05571, 2015). Mergeable; not safe for several threads.
 */
final class ExactSum {
  /** The smallest double is 2 to the minus this power; a {@link #value} counts in it. */
  static final int SCALE = 1074;

  /** For the largest double, and 2^64 times it. */
  private static final int LIMBS = 68;

  private static final long LOW = 0xffffffffL;

  /** Additions that a limb has room for before its carry is taken. */
  private static final int MAX_PENDING = 1 << 30;

  /** Limb {@code i} counts in 2^(32 i - 1074); each may have either sign. */
  private final long[] limbs = new long[LIMBS];

  private int pending;

  /**
   * Adds one number.
   *
   * @throws IllegalArgumentException if it is not finite
   */
  void add(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("a sum must be of finite numbers, but one was: " + value);
    }
    long bits = Double.doubleToRawLongBits(value);
    int exponent = (int) (bits >>> 52) & 0x7ff;
    long mantissa = bits & ((1L << 52) - 1);
    if (exponent > 0) {
      mantissa |= 1L << 52;
      exponent--;
    }
    int at = exponent >>> 5;
    int shift = exponent & 31;
    long bottom = mantissa << shift;
    long top = shift == 0 ? 0 : mantissa >>> (64 - shift);
    if (bits >= 0) {
      limbs[at] += bottom & LOW;
      limbs[at + 1] += bottom >>> 32;
      limbs[at + 2] += top;
    } else {
      limbs[at] -= bottom & LOW;
      limbs[at + 1] -= bottom >>> 32;
      limbs[at + 2] -= top;
    }
    if (++pending == MAX_PENDING) {
      carry();
    }
  }

  /** Adds what another sum holds. */
  void add(ExactSum other) {
    carry();
    other.carry();
    for (int i = 0; i < LIMBS; i++) {
      limbs[i] += other.limbs[i];
    }
    pending = 2;
  }

  /** The sum in units of 2^-{@value #SCALE}. */
  BigInteger value() {
    carry();
    BigInteger value = BigInteger.ZERO;
    for (int i = LIMBS - 1; i >= 0; i--) {
      value = value.shiftLeft(32).add(BigInteger.valueOf(limbs[i]));
    }
    return value;
  }

  /** The sum that has this {@link #value}. */
  static ExactSum of(BigInteger value) {
    ExactSum sum = new ExactSum();
    BigInteger rest = value;
    for (int i = 0; i < LIMBS - 1; i++) {
      sum.limbs[i] = rest.longValue() & LOW;
      rest = rest.shiftRight(32);
    }
    sum.limbs[LIMBS - 1] = rest.longValueExact();
    return sum;
  }

  /** Leaves every limb but the last between 0 and 2^32. */
  private void carry() {
    for (int i = 0; i < LIMBS - 1; i++) {
      limbs[i + 1] += limbs[i] >> 32;
      limbs[i] &= LOW;
    }
    pending = 1;
  }
}
