package dev.braid.training.graph;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ChannelOps} knows of a tensor: its shape, and which units lie along which axis.
 *
 * @param shape -1 where the size is not known
 * @param axis the axis along which units lie, or -1
 * @param units the unit at each place of that axis
 * @param parameter the parameter that this is, or null where it is computed
 */
public record Channels(long[] shape, int axis, int[] units, @Nullable String parameter) {
  private static final int NONE = -1;

  /** A tensor without units. */
  static Channels plain(long... shape) {
    return new Channels(shape, NONE, new int[0], null);
  }

  /** A tensor with units along an axis. */
  static Channels along(int axis, int[] units, long... shape) {
    return new Channels(shape, axis, units, null);
  }

  boolean hasUnits() {
    return axis >= 0;
  }

  int rank() {
    return shape.length;
  }

  /** The axis counted from the last one, which is 0. */
  int fromLast() {
    return rank() - 1 - axis;
  }

  /** The size of an axis counted from the last one; 1 beyond the first one. */
  long sizeFromLast(int fromLast) {
    return fromLast < rank() ? shape[rank() - 1 - fromLast] : 1;
  }

  boolean isAlongLast() {
    return hasUnits() && axis == rank() - 1;
  }

  /** The same units along the same axis, in another shape. */
  Channels reshaped(long... other) {
    return new Channels(other, axis, units, null);
  }

  /** The same without an axis, or with size 1 there; it is not the axis of the units. */
  Channels reduced(int dropped, boolean keep) {
    long[] smaller = shape.clone();
    if (keep) {
      smaller[dropped] = 1;
      return reshaped(smaller);
    }
    long[] shorter = new long[rank() - 1];
    System.arraycopy(shape, 0, shorter, 0, dropped);
    System.arraycopy(shape, dropped + 1, shorter, dropped, rank() - 1 - dropped);
    return new Channels(shorter, axis > dropped ? axis - 1 : axis, units, null);
  }

  /** The shape that two tensors broadcast to. */
  static long[] broadcast(Channels a, Channels b) {
    long[] shape = new long[Math.max(a.rank(), b.rank())];
    for (int i = 0; i < shape.length; i++) {
      int fromLast = shape.length - 1 - i;
      long left = a.sizeFromLast(fromLast);
      long right = b.sizeFromLast(fromLast);
      shape[i] = left == 1 ? right : left == -1 && right != 1 ? right : left;
    }
    return shape;
  }

  @Override
  public String toString() {
    return Arrays.toString(shape) + (hasUnits() ? " units along " + axis : "");
  }
}
