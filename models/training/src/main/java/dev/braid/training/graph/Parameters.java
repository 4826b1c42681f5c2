package dev.braid.training.graph;

import static org.bytedeco.pytorch.global.torch.zeros;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * The weights and running statistics of a network by name. Owns its tensors until {@link #close};
 * not safe for several threads. Weights are drawn from libtorch's global generator: seed it first.
 */
public final class Parameters implements AutoCloseable {
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, Boolean> trainable = new LinkedHashMap<>();
  private final Map<String, Weights> given;

  /** Fresh weights. */
  public Parameters() {
    this(Map.of());
  }

  /**
   * Weights that are known; only those that are not among them are drawn.
   *
   * @param given by name; their shapes count, whatever sizes a network asks for
   */
  public Parameters(Map<String, Weights> given) {
    this.given = given;
  }

  /** A weight of {@code name}, uniform in plus or minus 1 / sqrt(fanIn). */
  public void uniform(String name, long fanIn, long... shape) {
    if (isGiven(name, true)) {
      return;
    }
    double bound = 1 / Math.sqrt(fanIn);
    Tensor tensor = zeros(shape);
    tensor.uniform_(-bound, bound, new org.bytedeco.pytorch.GeneratorOptional());
    put(name, tensor, true);
  }

  /** A weight of {@code name}, normal with mean 0 and the given deviation. */
  public void normal(String name, double deviation, long... shape) {
    if (isGiven(name, true)) {
      return;
    }
    Tensor tensor = zeros(shape);
    tensor.normal_(0, deviation, new org.bytedeco.pytorch.GeneratorOptional());
    put(name, tensor, true);
  }

  /** A weight of {@code name}, all {@code value}. */
  public void filled(String name, double value, long... shape) {
    if (isGiven(name, true)) {
      return;
    }
    Tensor tensor = zeros(shape);
    tensor.fill_(new Scalar(value));
    put(name, tensor, true);
  }

  /** A linear layer: {@code name.weight [outputs, inputs]}, {@code name.bias}. */
  public void linear(String name, long inputs, long outputs) {
    uniform(name + ".weight", inputs, outputs, inputs);
    uniform(name + ".bias", inputs, outputs);
  }

  /** A convolution: {@code name.weight [outputs, inputs, kernel...]}, {@code name.bias}. */
  public void convolution(String name, long inputs, long outputs, long... kernel) {
    long[] shape = new long[2 + kernel.length];
    shape[0] = outputs;
    shape[1] = inputs;
    long fanIn = inputs;
    for (int i = 0; i < kernel.length; i++) {
      shape[2 + i] = kernel[i];
      fanIn *= kernel[i];
    }
    // He et al., 2015: the deviation that keeps the variance through a ReLU.
    normal(name + ".weight", Math.sqrt(2.0 / fanIn), shape);
    filled(name + ".bias", 0, outputs);
  }

  /** A batch or layer norm: {@code name.weight}, {@code name.bias}. */
  public void norm(String name, long width) {
    filled(name + ".weight", 1, width);
    filled(name + ".bias", 0, width);
  }

  /** The running statistics of a batch norm: {@code name.mean}, {@code name.variance}. */
  public void statistics(String name, long width) {
    if (!isGiven(name + ".mean", false)) {
      put(name + ".mean", zeros(width), false);
    }
    if (!isGiven(name + ".variance", false)) {
      Tensor variance = zeros(width);
      variance.fill_(new Scalar(1.0));
      put(name + ".variance", variance, false);
    }
  }

  /** A linear layer that changes nothing and is not trained: its numbers are fitted otherwise. */
  public void identity(String name, int width) {
    float[] ones = new float[width * width];
    for (int i = 0; i < width; i++) {
      ones[i * (width + 1)] = 1;
    }
    if (!isGiven(name + ".weight", false)) {
      put(name + ".weight", Tensor.create(ones, width, width), false);
    }
    if (!isGiven(name + ".bias", false)) {
      put(name + ".bias", zeros(width), false);
    }
  }

  /** Numbers of {@code name} that are not trained, all {@code value} until they are set. */
  public void fixed(String name, double value, long... shape) {
    if (isGiven(name, false)) {
      return;
    }
    Tensor tensor = zeros(shape);
    tensor.fill_(new Scalar(value));
    put(name, tensor, false);
  }

  /** A GRU: weights and biases of input and state, gates in the order reset, update, new. */
  public void gru(String name, long inputs, long hidden) {
    uniform(name + ".input.weight", hidden, 3 * hidden, inputs);
    uniform(name + ".state.weight", hidden, 3 * hidden, hidden);
    uniform(name + ".input.bias", hidden, 3 * hidden);
    uniform(name + ".state.bias", hidden, 3 * hidden);
  }

  /**
   * The tensor of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no parameter '" + name + "'");
    }
    return tensor;
  }

  /** The names of all tensors, in the order in which they were added. */
  public List<String> names() {
    return List.copyOf(tensors.keySet());
  }

  /** The weights that a step of the optimiser moves, of a chosen name. */
  public TensorVector weights(Predicate<String> chosen) {
    TensorVector weights = weights(chosen, true);
    TensorVector others = weights(chosen, false);
    for (long i = 0; i < others.size(); i++) {
      weights.push_back(others.get(i));
    }
    return weights;
  }

  /**
   * The weights that a step of the optimiser moves.
   *
   * @param chosen by name
   * @param decayed matrices and kernels, or vectors
   */
  public TensorVector weights(Predicate<String> chosen, boolean decayed) {
    TensorVector weights = new TensorVector();
    tensors.forEach(
        (name, tensor) -> {
          if (Boolean.TRUE.equals(trainable.get(name))
              && chosen.test(name)
              && (tensor.dim() > 1) == decayed) {
            weights.push_back(tensor);
          }
        });
    return weights;
  }

  /** Numbers in all weights that are trained, of a chosen name. */
  public long size(Predicate<String> chosen) {
    return tensors.entrySet().stream()
        .filter(e -> Boolean.TRUE.equals(trainable.get(e.getKey())) && chosen.test(e.getKey()))
        .mapToLong(e -> e.getValue().numel())
        .sum();
  }

  /** A copy of the numbers of every tensor, running statistics included, of a chosen name. */
  public Map<String, float[]> snapshot(Predicate<String> chosen) {
    Map<String, float[]> copy = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (chosen.test(name)) {
            copy.put(name, Tensors.floats(tensor));
          }
        });
    return copy;
  }

  /** A copy of every tensor, with its shape. */
  public Map<String, Weights> weights() {
    Map<String, Weights> copy = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> copy.put(name, new Weights(Tensors.floats(tensor), tensor.shape())));
    return copy;
  }

  /** Puts the numbers of a {@link #snapshot} back. */
  public void restore(Map<String, float[]> snapshot) {
    snapshot.forEach(
        (name, values) -> {
          Tensor tensor = get(name);
          try (Tensor source = Tensor.create(values, tensor.shape())) {
            tensor.data().copy_(source);
          }
        });
  }

  @Override
  public void close() {
    tensors.values().forEach(Tensor::close);
  }

  private boolean isGiven(String name, boolean isWeight) {
    Weights known = given.get(name);
    if (known != null) {
      put(name, Tensor.create(known.values(), known.shape()), isWeight);
    }
    return known != null;
  }

  private void put(String name, Tensor tensor, boolean isWeight) {
    if (tensors.putIfAbsent(name, tensor) != null) {
      throw new IllegalArgumentException("there are two parameters '" + name + "'");
    }
    trainable.put(name, isWeight);
    tensor.set_requires_grad(isWeight);
    tensor.retainReference();
  }
}
