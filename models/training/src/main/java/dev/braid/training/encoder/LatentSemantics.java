package dev.braid.training.encoder;

import dev.braid.tensor.TensorRow;
import dev.braid.training.graph.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Embeds terms by the company that they keep: the right singular vectors of the matrix of texts and
 * terms (latent semantic analysis, Deerwester et al., 1990), found by subspace iteration from a
 * random start (Halko, Martinsson, Tropp, 2011). Terms that no label ever taught are then near
 * those that one did.
 */
final class LatentSemantics {
  private static final int ITERATIONS = 4;

  private LatentSemantics() {}

  /**
   * An embedding {@code [terms, width]}, row-major, in which every feature of the texts has the
   * given deviation.
   *
   * @param texts term ids and TF-IDF weights
   * @param width at most the number of terms
   */
  static float[] embed(List<TensorRow> texts, int terms, int width, double deviation, long seed) {
    Random random = new Random(seed);
    float[] basis = new float[terms * width];
    for (int i = 0; i < basis.length; i++) {
      basis[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < ITERATIONS; i++) {
      basis = orthonormal(product(texts, basis, width), terms, width);
    }
    double[] squares = new double[width];
    double[] features = new double[width];
    for (TensorRow text : texts) {
      project(text, basis, width, features);
      for (int d = 0; d < width; d++) {
        squares[d] += features[d] * features[d];
      }
    }
    for (int i = 0; i < basis.length; i++) {
      double power = Math.sqrt(squares[i % width] / texts.size()) + 1e-9;
      basis[i] *= (float) (deviation / power);
    }
    return basis;
  }

  /** {@code X^T X basis}, with one text as a row of X. */
  private static float[] product(List<TensorRow> texts, float[] basis, int width) {
    float[] product = new float[basis.length];
    double[] features = new double[width];
    for (TensorRow text : texts) {
      project(text, basis, width, features);
      long[] ids = text.longs(0);
      float[] weights = text.floats(1);
      for (int i = 0; i < ids.length; i++) {
        int row = (int) ids[i] * width;
        for (int d = 0; d < width; d++) {
          product[row + d] += (float) (weights[i] * features[d]);
        }
      }
    }
    return product;
  }

  private static void project(TensorRow text, float[] basis, int width, double[] features) {
    Arrays.fill(features, 0);
    long[] ids = text.longs(0);
    float[] weights = text.floats(1);
    for (int i = 0; i < ids.length; i++) {
      int row = (int) ids[i] * width;
      for (int d = 0; d < width; d++) {
        features[d] += weights[i] * basis[row + d];
      }
    }
  }

  private static float[] orthonormal(float[] matrix, int rows, int columns) {
    try (PointerScope scope = new PointerScope()) {
      return Tensors.floats(torch.linalg_qr(Tensor.create(matrix, rows, columns)).get0());
    }
  }
}
