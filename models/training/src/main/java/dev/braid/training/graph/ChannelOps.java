package dev.braid.training.graph;

import dev.braid.tensor.TensorSpec;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Reads a forward pass for what may be taken out of it: follows each channel from the layer that
 * makes it to those that take it. Where a network does something with a channel that only works for
 * the number of channels that there are - an output, a reshape to a literal size, a constant of
 * that length - it must stay. Computes nothing. Not safe for several threads.
 */
public final class ChannelOps implements Ops<Channels> {
  private final Parameters parameters;
  private final ChannelUnits units = new ChannelUnits();
  private final Set<String> used = new LinkedHashSet<>();

  public ChannelOps(Parameters parameters) {
    this.parameters = parameters;
  }

  /** An input of the network. */
  public Channels input(TensorSpec spec) {
    return Channels.plain(spec.shape().stream().mapToLong(Long::longValue).toArray());
  }

  /** Says that a value leaves the network, and so keeps its size. */
  public void output(Channels value) {
    units.pin(value.units());
  }

  /** The names of the weights that the forward pass takes the shapes of. */
  public Set<String> used() {
    return Collections.unmodifiableSet(used);
  }

  /** What can be taken out, by the layers that make it. */
  public Collection<List<PrunableUnit>> prunable() {
    return units.groups();
  }

  @Override
  public Channels parameter(String name) {
    return new Channels(shape(name), -1, new int[0], name);
  }

  @Override
  public Channels constant(float[] values, long... shape) {
    return Channels.plain(shape);
  }

  @Override
  public Channels add(Channels a, Channels b) {
    return combine(a, b);
  }

  @Override
  public Channels subtract(Channels a, Channels b) {
    return combine(a, b);
  }

  @Override
  public Channels multiply(Channels a, Channels b) {
    return combine(a, b);
  }

  @Override
  public Channels divide(Channels a, Channels b) {
    return combine(a, b);
  }

  @Override
  public Channels matmul(Channels a, Channels b) {
    int rank = Math.max(a.rank(), b.rank());
    long[] shape = new long[rank];
    for (int i = 0; i < rank; i++) {
      int fromLast = rank - 1 - i;
      shape[i] =
          fromLast == 0
              ? b.sizeFromLast(0)
              : fromLast == 1
                  ? a.sizeFromLast(1)
                  : Math.max(a.sizeFromLast(fromLast), b.sizeFromLast(fromLast));
    }
    boolean summed = b.hasUnits() && b.fromLast() == 1;
    if (a.isAlongLast() && summed) {
      units.join(a.units(), b.units());
    } else {
      pinIf(a, a.hasUnits());
      pinIf(b, b.hasUnits() && b.fromLast() != 0);
    }
    return b.hasUnits() && b.fromLast() == 0
        ? Channels.along(rank - 1, b.units(), shape)
        : Channels.plain(shape);
  }

  @Override
  public Channels relu(Channels x) {
    return x;
  }

  @Override
  public Channels tanh(Channels x) {
    return x;
  }

  @Override
  public Channels sigmoid(Channels x) {
    return x;
  }

  @Override
  public Channels log(Channels x) {
    return x;
  }

  @Override
  public Channels softmax(Channels x, int axis) {
    pinIf(x, x.axis() == axis);
    return x;
  }

  @Override
  public Channels concat(int axis, List<Channels> parts) {
    long[] shape = parts.get(0).shape().clone();
    shape[axis] = 0;
    for (Channels part : parts) {
      shape[axis] =
          shape[axis] < 0 || part.shape()[axis] < 0 ? -1 : shape[axis] + part.shape()[axis];
    }
    Channels first = parts.get(0);
    boolean along = parts.stream().anyMatch(part -> part.axis() == axis);
    if (along && parts.stream().allMatch(part -> joinable(part, axis))) {
      int[] joined =
          parts.stream()
              .flatMapToInt(
                  part ->
                      Arrays.stream(
                          part.hasUnits() ? part.units() : units.pinned((int) part.shape()[axis])))
              .toArray();
      return Channels.along(axis, joined, shape);
    } else if (first.hasUnits() && parts.stream().allMatch(part -> part.axis() == first.axis())) {
      parts.forEach(part -> units.join(first.units(), part.units()));
      return first.reshaped(shape);
    }
    parts.forEach(part -> units.pin(part.units()));
    return Channels.plain(shape);
  }

  private static boolean joinable(Channels part, int axis) {
    return part.axis() == axis || (!part.hasUnits() && part.shape()[axis] > 0);
  }

  @Override
  public Channels reshape(Channels x, long... shape) {
    long[] known = shape.clone();
    long rest = 1;
    for (int i = 0; i < x.rank(); i++) {
      rest *= i == 0 ? 1 : x.shape()[i];
      rest = Arrays.stream(x.shape(), 1, x.rank()).anyMatch(s -> s < 0) ? -1 : rest;
    }
    for (int i = 0; i < known.length; i++) {
      known[i] = known[i] == 0 ? x.shape()[i] : known[i];
    }
    boolean flattens = shape.length == 2 && shape[0] == 0 && shape[1] == -1;
    if (flattens && rest >= 0) {
      known[1] = rest;
    } else if (known[0] == x.shape()[0] && rest > 0) {
      long others =
          Arrays.stream(known, 1, known.length).filter(s -> s > 0).reduce(1, (a, b) -> a * b);
      for (int i = 1; i < known.length; i++) {
        known[i] = known[i] == -1 ? rest / others : known[i];
      }
    }
    if (!x.hasUnits()) {
      return Channels.plain(known);
    }
    if (flattens && rest >= 0 && x.axis() > 0) {
      int outer = (int) Arrays.stream(x.shape(), 1, x.axis()).reduce(1, (a, b) -> a * b);
      int inner = (int) (rest / outer / x.units().length);
      return Channels.along(1, repeat(x.units(), outer, inner), known);
    }
    units.pin(x.units());
    return Channels.plain(known);
  }

  @Override
  public Channels transpose(Channels x, int... order) {
    long[] shape = new long[order.length];
    int axis = -1;
    for (int i = 0; i < order.length; i++) {
      shape[i] = x.shape()[order[i]];
      axis = order[i] == x.axis() ? i : axis;
    }
    return new Channels(shape, axis, x.units(), null);
  }

  @Override
  public Channels sum(Channels x, int axis, boolean keep) {
    return reduce(x, axis, keep);
  }

  @Override
  public Channels mean(Channels x, int axis, boolean keep) {
    return reduce(x, axis, keep);
  }

  @Override
  public Channels max(Channels x, int axis, boolean keep) {
    return reduce(x, axis, keep);
  }

  @Override
  public Channels slice(Channels x, int axis, long from, long to) {
    long[] shape = x.shape().clone();
    long size = shape[axis];
    long begin = from < 0 ? size + from : from;
    shape[axis] =
        from < 0 && to == Long.MAX_VALUE ? -from : size < 0 ? -1 : Math.min(to, size) - begin;
    pinIf(x, x.axis() == axis);
    return x.axis() == axis ? Channels.plain(shape) : x.reshaped(shape);
  }

  @Override
  public Channels gather(Channels table, Channels ids) {
    long[] shape = Arrays.copyOf(ids.shape(), ids.rank() + 1);
    long width = table.shape()[1];
    shape[ids.rank()] = width;
    return table.parameter() == null
        ? Channels.plain(shape)
        : Channels.along(ids.rank(), units.of(table.parameter(), 1, (int) width), shape);
  }

  @Override
  public Channels convolution(Channels x, String name, int stride, int padding) {
    long[] weight = shape(name + ".weight");
    take(x, 1, name + ".weight");
    long[] shape = x.shape().clone();
    shape[1] = weight[0];
    for (int i = 2; i < shape.length; i++) {
      shape[i] = (shape[i] + 2L * padding - weight[i]) / stride + 1;
    }
    return Channels.along(1, make(name), shape);
  }

  @Override
  public Channels maxPool(Channels x, int size) {
    long[] shape = x.shape().clone();
    for (int i = 2; i < shape.length; i++) {
      shape[i] /= size;
    }
    return x.reshaped(shape);
  }

  @Override
  public Channels batchNorm(Channels x, String name) {
    if (x.axis() == 1) {
      for (String part : List.of(".weight", ".bias", ".mean", ".variance")) {
        units.tie(x.units(), name + part, 0, 0);
      }
      units.scale(name + ".weight", x.units().length);
    }
    return x;
  }

  @Override
  public Channels layerNorm(Channels x, String name) {
    if (x.isAlongLast()) {
      units.tie(x.units(), name + ".weight", 0, 0);
      units.tie(x.units(), name + ".bias", 0, 0);
      units.scale(name + ".weight", x.units().length);
    } else {
      pinIf(x, x.hasUnits());
    }
    return x;
  }

  @Override
  public Channels linear(Channels x, String name) {
    take(x, x.rank() - 1, name + ".weight");
    long[] shape = x.shape().clone();
    shape[x.rank() - 1] = shape(name + ".weight")[0];
    return Channels.along(x.rank() - 1, make(name), shape);
  }

  @Override
  public Channels gru(Channels x, String name) {
    take(x, 2, name + ".input.weight");
    int hidden = (int) shape(name + ".state.weight")[1];
    int[] states = units.of(name + ".state.weight", 1, hidden);
    for (String part : List.of(".input.weight", ".state.weight", ".input.bias", ".state.bias")) {
      for (int gate = 0; gate < 3; gate++) {
        units.tie(states, name + part, 0, gate * hidden);
      }
    }
    return Channels.along(2, states, x.shape()[0], x.shape()[1], hidden);
  }

  @Override
  public Channels powerSpectrum(Channels x, int size, int hop) {
    long samples = x.shape()[1];
    return Channels.plain(x.shape()[0], (samples - size) / hop + 1, size / 2 + 1L);
  }

  @Override
  public Channels dropout(Channels x, double p) {
    return x;
  }

  private int[] make(String name) {
    int[] made = units.of(name + ".weight", 0, (int) shape(name + ".weight")[0]);
    units.tie(made, name + ".bias", 0, 0);
    return made;
  }

  /** Lets the places along axis 1 of a weight take what lies along that axis of x. */
  private void take(Channels x, int axis, String weight) {
    if (x.axis() == axis) {
      units.tie(x.units(), weight, 1, 0);
    } else {
      pinIf(x, x.hasUnits());
    }
  }

  private Channels combine(Channels a, Channels b) {
    long[] shape = Channels.broadcast(a, b);
    if (!a.hasUnits() && !b.hasUnits()) {
      return Channels.plain(shape);
    }
    Channels first = a.hasUnits() ? a : b;
    Channels second = a.hasUnits() ? b : a;
    int axis = shape.length - 1 - first.fromLast();
    long other = second.sizeFromLast(first.fromLast());
    if (second.hasUnits()) {
      if (second.fromLast() == first.fromLast()) {
        units.join(first.units(), second.units());
      } else {
        units.pin(first.units());
        units.pin(second.units());
      }
    } else if (other != 1 && second.parameter() != null) {
      units.tie(first.units(), second.parameter(), second.rank() - 1 - first.fromLast(), 0);
    } else if (other != 1) {
      units.pin(first.units());
    }
    return Channels.along(axis, first.units(), shape);
  }

  private Channels reduce(Channels x, int axis, boolean keep) {
    pinIf(x, x.axis() == axis);
    return x.axis() == axis ? Channels.plain(x.shape()).reduced(axis, keep) : x.reduced(axis, keep);
  }

  private void pinIf(Channels x, boolean condition) {
    if (condition) {
      units.pin(x.units());
    }
  }

  private long[] shape(String name) {
    used.add(name);
    Tensor tensor = parameters.get(name);
    return tensor.shape();
  }

  /** Each unit {@code inner} times, and all of that {@code outer} times. */
  private static int[] repeat(int[] units, int outer, int inner) {
    return IntStream.range(0, outer * units.length * inner)
        .map(i -> units[i / inner % units.length])
        .toArray();
  }
}
