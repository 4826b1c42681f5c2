package dev.braid.training.graph;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Tensor;

/** Numbers in and out of libtorch. */
public final class Tensors {
  private Tensors() {}

  /** The numbers of a tensor of floats, row-major. */
  public static float[] floats(Tensor tensor) {
    try (Tensor detached = tensor.detach();
        Tensor packed = detached.contiguous();
        FloatPointer data = packed.data_ptr_float()) {
      float[] values = new float[Math.toIntExact(packed.numel())];
      data.get(values);
      return values;
    }
  }

  /** The rows of a matrix. */
  public static float[][] rows(Tensor matrix) {
    float[] all = floats(matrix);
    int rows = Math.toIntExact(matrix.size(0));
    int width = all.length / Math.max(1, rows);
    float[][] split = new float[rows][];
    for (int i = 0; i < rows; i++) {
      split[i] = java.util.Arrays.copyOfRange(all, i * width, (i + 1) * width);
    }
    return split;
  }

  /** A matrix of rows of one length. */
  public static Tensor matrix(float[][] rows) {
    int width = rows.length == 0 ? 0 : rows[0].length;
    float[] all = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, all, i * width, width);
    }
    return Tensor.create(all, rows.length, width);
  }
}
