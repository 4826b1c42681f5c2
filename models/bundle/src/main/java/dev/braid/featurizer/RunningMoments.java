package dev.braid.featurizer;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/**
 * Mean and deviation of numbers, from exact sums of them and of their squares: the same to the last
 * bit in whatever order and in however many parts they were counted. Mergeable; not safe for
 * several threads.
 */
final class RunningMoments {
  /** Below this share of the mean a deviation is nothing but rounding. */
  private static final double ROUNDING = 1e-12;

  private static final MathContext DIGITS = new MathContext(40);

  /** What the sums count in, as a divisor. */
  private static final BigDecimal UNIT = new BigDecimal(BigInteger.ONE.shiftLeft(ExactSum.SCALE));

  private long count;
  private ExactSum sum = new ExactSum();
  private ExactSum squares = new ExactSum();

  /**
   * Counts one number, whose square must be in a double's range; the square of one below 1e-138 is
   * rounded.
   */
  void add(double value) {
    double square = value * value;
    count++;
    sum.add(value);
    squares.add(square);
    // What the product lost in rounding is itself a double, and this is it.
    squares.add(Math.fma(value, value, -square));
  }

  void merge(RunningMoments other) {
    count += other.count;
    sum.add(other.sum);
    squares.add(other.squares);
  }

  /** The mean; 0 of nothing. */
  double mean() {
    return count == 0
        ? 0
        : new BigDecimal(sum.value())
            .divide(UNIT.multiply(BigDecimal.valueOf(count)), DIGITS)
            .doubleValue();
  }

  /** The population's standard deviation; 1 where there is no spread to divide by. */
  double deviation() {
    double deviation = count == 0 ? 0 : Math.sqrt(variance());
    return deviation > Math.max(Double.MIN_NORMAL, ROUNDING * Math.abs(mean())) ? deviation : 1;
  }

  private double variance() {
    BigInteger n = BigInteger.valueOf(count);
    BigInteger total = sum.value();
    // n x sum of squares - square of the sum, over n squared; nothing cancels that was rounded.
    BigInteger spread =
        squares.value().multiply(n).shiftLeft(ExactSum.SCALE).subtract(total.multiply(total));
    return spread.signum() <= 0
        ? 0
        : new BigDecimal(spread)
            .divide(UNIT.multiply(UNIT).multiply(new BigDecimal(n.multiply(n))), DIGITS)
            .doubleValue();
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(count);
    write(sum, out);
    write(squares, out);
  }

  static RunningMoments read(DataInput in) throws IOException {
    RunningMoments moments = new RunningMoments();
    moments.count = in.readLong();
    moments.sum = readSum(in);
    moments.squares = readSum(in);
    return moments;
  }

  private static void write(ExactSum sum, DataOutput out) throws IOException {
    byte[] bytes = sum.value().toByteArray();
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static ExactSum readSum(DataInput in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return ExactSum.of(new BigInteger(bytes));
  }
}
