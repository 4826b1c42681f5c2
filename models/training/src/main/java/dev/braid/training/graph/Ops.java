package dev.braid.training.graph;

/**
 * The operations that Braid's networks are made of. A network's forward pass is written once
 * against this interface; {@link TorchOps} computes it, {@link OnnxOps} writes it down as an ONNX
 * graph, so that what is served is what was trained.
 *
 * <p>Axes count from 0 and include the batch.
 *
 * @param <T> a tensor, or the name of one
 */
public interface Ops<T> {
  /** The parameter of that name. */
  T parameter(String name);

  /** A constant. */
  T constant(float[] values, long... shape);

  T add(T a, T b);

  T subtract(T a, T b);

  T multiply(T a, T b);

  T divide(T a, T b);

  /** The matrix product over the last two axes, with broadcasting. */
  T matmul(T a, T b);

  T relu(T x);

  T tanh(T x);

  T sigmoid(T x);

  T log(T x);

  T softmax(T x, int axis);

  T concat(int axis, java.util.List<T> parts);

  /** Another shape; 0 keeps an axis, -1 takes what is left. */
  T reshape(T x, long... shape);

  T transpose(T x, int... order);

  /** The sum over one axis, which is kept with size 1 or dropped. */
  T sum(T x, int axis, boolean keep);

  /** The mean over one axis, which is kept with size 1 or dropped. */
  T mean(T x, int axis, boolean keep);

  /** The largest value along one axis, which is kept with size 1 or dropped. */
  T max(T x, int axis, boolean keep);

  /**
   * A slice along one axis, {@code from} inclusive to {@code to} exclusive; a negative {@code from}
   * counts from the end, a {@code to} beyond the end is the end.
   */
  T slice(T x, int axis, long from, long to);

  /** Rows of {@code table [rows, D]} by {@code ids [N, K]}: {@code [N, K, D]}. */
  T gather(T table, T ids);

  /**
   * A convolution with the kernel {@code name.weight} and the bias {@code name.bias} over one or
   * two axes, with symmetric zero padding.
   */
  T convolution(T x, String name, int stride, int padding);

  /** The largest value in cells of {@code size} along each axis behind the channels. */
  T maxPool(T x, int size);

  /** Batch normalisation over axis 1 (Ioffe, Szegedy, 2015). */
  T batchNorm(T x, String name);

  /** Layer normalisation over the last axis (Ba, Kiros, Hinton, 2016). */
  T layerNorm(T x, String name);

  /** {@code x W^T + b} over the last axis. */
  T linear(T x, String name);

  /**
   * A gated recurrent unit over {@code x [N, L, C]} (Cho et al., 2014, in the form of cuDNN): all
   * hidden states {@code [N, L, H]}.
   */
  T gru(T x, String name);

  /**
   * The power spectrum of {@code x [N, samples]} under a Hann window: {@code [N, frames, size / 2 +
   * 1]}, frame i beginning at sample i x {@code hop}; nothing is padded.
   *
   * @param size the frame, in samples; a power of two
   */
  T powerSpectrum(T x, int size, int hop);

  /** Sets values to 0 with probability {@code p} while training, and nothing else. */
  T dropout(T x, double p);
}
