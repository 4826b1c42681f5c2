package dev.braid.tensor;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * Name, element type and shape of one input or output of a model.
 *
 * @param shape the first dimension is the batch and is {@link #ANY}; the second one may be {@link
 *     #ANY} too (rows of different lengths, padded with zeros to the longest of a batch); all
 *     others are fixed
 */
public record TensorSpec(String name, Type type, List<Long> shape) {
  /** A dimension whose size is known only when a batch is there. */
  public static final long ANY = -1;

  /** The element types that Braid's models take and give. */
  public enum Type {
    FLOAT,
    INT64
  }

  public TensorSpec {
    shape = List.copyOf(shape);
    if (shape.isEmpty() || shape.get(0) != ANY) {
      throw new IllegalArgumentException(
          "the first dimension of '%s' must be the batch (-1), but the shape was: %s"
              .formatted(name, shape));
    }
    for (int i = 1; i < shape.size(); i++) {
      if (shape.get(i) < 1 && !(i == 1 && shape.get(i) == ANY)) {
        throw new IllegalArgumentException(
            "dimension %d of '%s' must be at least 1, but the shape was: %s"
                .formatted(i, name, shape));
      }
    }
  }

  /** A tensor of floats {@code [batch, rest...]}. */
  public static TensorSpec floats(String name, long... rest) {
    return new TensorSpec(name, Type.FLOAT, batched(rest));
  }

  /** A tensor of 64-bit integers {@code [batch, rest...]}. */
  public static TensorSpec longs(String name, long... rest) {
    return new TensorSpec(name, Type.INT64, batched(rest));
  }

  /** Whether rows may differ in length. */
  @JsonIgnore
  public boolean isVariable() {
    return shape.size() > 1 && shape.get(1) == ANY;
  }

  /** Elements in one row, or in one step of the second dimension where that varies. */
  public int stride() {
    long elements = 1;
    for (int i = 1; i < shape.size(); i++) {
      elements *= shape.get(i) == ANY ? 1 : shape.get(i);
    }
    return Math.toIntExact(elements);
  }

  private static List<Long> batched(long... rest) {
    Long[] shape = new Long[rest.length + 1];
    shape[0] = ANY;
    for (int i = 0; i < rest.length; i++) {
      shape[i + 1] = rest[i];
    }
    return List.of(shape);
  }
}
