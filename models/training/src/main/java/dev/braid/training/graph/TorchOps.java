package dev.braid.training.graph;

import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Computes with libtorch. Results belong to the {@link org.bytedeco.javacpp.PointerScope} that is
 * open. Not safe for several threads.
 */
public final class TorchOps implements Ops<Tensor> {
  static final double EPSILON = 1e-5;
  private static final double MOMENTUM = 0.1;

  private final Parameters parameters;
  private final boolean training;

  /**
   * @param training whether dropout drops and batch norm looks at the batch
   */
  public TorchOps(Parameters parameters, boolean training) {
    this.parameters = parameters;
    this.training = training;
  }

  @Override
  public Tensor parameter(String name) {
    return parameters.get(name);
  }

  @Override
  public Tensor constant(float[] values, long... shape) {
    return Tensor.create(values, shape);
  }

  @Override
  public Tensor add(Tensor a, Tensor b) {
    return a.add(b);
  }

  @Override
  public Tensor subtract(Tensor a, Tensor b) {
    return a.sub(b);
  }

  @Override
  public Tensor multiply(Tensor a, Tensor b) {
    return a.mul(b);
  }

  @Override
  public Tensor divide(Tensor a, Tensor b) {
    return a.div(b);
  }

  @Override
  public Tensor matmul(Tensor a, Tensor b) {
    return a.matmul(b);
  }

  @Override
  public Tensor relu(Tensor x) {
    return x.relu();
  }

  @Override
  public Tensor tanh(Tensor x) {
    return x.tanh();
  }

  @Override
  public Tensor sigmoid(Tensor x) {
    return x.sigmoid();
  }

  @Override
  public Tensor log(Tensor x) {
    return x.log();
  }

  @Override
  public Tensor softmax(Tensor x, int axis) {
    return torch.softmax(x, axis);
  }

  @Override
  public Tensor concat(int axis, List<Tensor> parts) {
    return torch.cat(new TensorVector(parts.toArray(Tensor[]::new)), axis);
  }

  @Override
  public Tensor reshape(Tensor x, long... shape) {
    long[] known = shape.clone();
    for (int i = 0; i < known.length; i++) {
      known[i] = known[i] == 0 ? x.size(i) : known[i];
    }
    return x.reshape(known);
  }

  @Override
  public Tensor transpose(Tensor x, int... order) {
    long[] axes = new long[order.length];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = order[i];
    }
    return x.permute(axes);
  }

  @Override
  public Tensor sum(Tensor x, int axis, boolean keep) {
    return x.sum(new long[] {axis}, keep, new ScalarTypeOptional());
  }

  @Override
  public Tensor mean(Tensor x, int axis, boolean keep) {
    return x.mean(new long[] {axis}, keep, new ScalarTypeOptional());
  }

  @Override
  public Tensor max(Tensor x, int axis, boolean keep) {
    return x.amax(new long[] {axis}, keep);
  }

  @Override
  public Tensor slice(Tensor x, int axis, long from, long to) {
    long begin = from < 0 ? x.size(axis) + from : from;
    return x.narrow(axis, begin, Math.min(to, x.size(axis)) - begin);
  }

  @Override
  public Tensor gather(Tensor table, Tensor ids) {
    return torch.embedding(table, ids);
  }

  @Override
  public Tensor convolution(Tensor x, String name, int stride, int padding) {
    Tensor weight = parameter(name + ".weight");
    TensorOptional bias = new TensorOptional(parameter(name + ".bias"));
    // Channels last: pooling and its gradient are vectorised in this layout only.
    return weight.dim() == 4
        ? torch.conv2d(
            x.contiguous(torch.MemoryFormat.ChannelsLast),
            weight.contiguous(torch.MemoryFormat.ChannelsLast),
            bias,
            new long[] {stride, stride},
            new long[] {padding, padding},
            new long[] {1, 1},
            1)
        : torch.conv1d(
            x, weight, bias, new long[] {stride}, new long[] {padding}, new long[] {1}, 1);
  }

  @Override
  public Tensor maxPool(Tensor x, int size) {
    return x.dim() == 4
        ? torch.max_pool2d(
            x,
            new long[] {size, size},
            new long[] {size, size},
            new long[] {0, 0},
            new long[] {1, 1},
            false)
        : torch.max_pool1d(
            x, new long[] {size}, new long[] {size}, new long[] {0}, new long[] {1}, false);
  }

  @Override
  public Tensor batchNorm(Tensor x, String name) {
    return torch.batch_norm(
        x,
        new TensorOptional(parameter(name + ".weight")),
        new TensorOptional(parameter(name + ".bias")),
        new TensorOptional(parameter(name + ".mean")),
        new TensorOptional(parameter(name + ".variance")),
        // One row has no variance to normalise by.
        training && x.numel() / x.size(1) > 1,
        MOMENTUM,
        EPSILON,
        false);
  }

  @Override
  public Tensor layerNorm(Tensor x, String name) {
    return torch.layer_norm(
        x,
        new long[] {x.size(-1)},
        new TensorOptional(parameter(name + ".weight")),
        new TensorOptional(parameter(name + ".bias")),
        EPSILON,
        false);
  }

  @Override
  public Tensor linear(Tensor x, String name) {
    return torch.linear(
        x, parameter(name + ".weight"), new TensorOptional(parameter(name + ".bias")));
  }

  @Override
  public Tensor gru(Tensor x, String name) {
    Tensor state = parameter(name + ".state.weight");
    Tensor initial = torch.zeros(1, x.size(0), state.size(1));
    T_TensorTensor_T result =
        torch.gru(
            x,
            initial,
            new TensorVector(
                parameter(name + ".input.weight"),
                state,
                parameter(name + ".input.bias"),
                parameter(name + ".state.bias")),
            true,
            1,
            0.0,
            training,
            false,
            true);
    return result.get0();
  }

  @Override
  public Tensor powerSpectrum(Tensor x, int size, int hop) {
    Tensor spectrum =
        torch.stft(
            x,
            size,
            new LongOptional(hop),
            new LongOptional(size),
            new TensorOptional(constant(hann(size), size)),
            false,
            new BoolOptional(true),
            new BoolOptional(true),
            new BoolOptional());
    Tensor parts = torch.view_as_real(spectrum);
    return parts
        .pow(new Scalar(2))
        .sum(new long[] {-1}, false, new ScalarTypeOptional())
        .transpose(1, 2);
  }

  @Override
  public Tensor dropout(Tensor x, double p) {
    return training && p > 0 ? torch.dropout(x, p, true) : x;
  }

  /** The periodic Hann window. */
  static float[] hann(int size) {
    float[] window = new float[size];
    for (int i = 0; i < size; i++) {
      window[i] = (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * i / size));
    }
    return window;
  }
}
