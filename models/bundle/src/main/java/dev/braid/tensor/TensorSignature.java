package dev.braid.tensor;

import java.util.List;

/**
 * Name, element type and shape of an input or output as a graph of any origin declares it. Unlike
 * those of a {@link TensorSpec}, its dimensions may all be open.
 *
 * @param type as ONNX Runtime calls it: {@code FLOAT}, {@code INT64}, {@code DOUBLE}, ...; {@code
 *     none} of what is no tensor
 * @param shape {@link TensorSpec#ANY} where a dimension is open
 */
public record TensorSignature(String name, String type, List<Long> shape) {
  public TensorSignature {
    shape = List.copyOf(shape);
  }

  /** What a manifest says, in these words. */
  public static TensorSignature of(TensorSpec spec) {
    return new TensorSignature(spec.name(), spec.type().name(), spec.shape());
  }

  /** Whether a tensor of that type and shape can be given or taken. */
  public boolean admits(TensorSpec.Type given, List<Long> dimensions) {
    if (!type.equals(given.name()) || shape.size() != dimensions.size()) {
      return false;
    }
    for (int i = 0; i < shape.size(); i++) {
      boolean open = shape.get(i) == TensorSpec.ANY;
      if (!open && !shape.get(i).equals(dimensions.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** For messages: {@code 'pixels' FLOAT [-1, 3, 64, 64]}. */
  public String describe() {
    return "'%s' %s %s".formatted(name, type, shape);
  }
}
