package dev.braid.training.trainer;

/**
 * The linear map that takes rows to mean 0 and covariance 1: the inverse of the Cholesky factor of
 * their covariance, to whose diagonal a thousandth of its mean is added, since a direction in which
 * training rows hardly differ would otherwise drown all others. Not safe for several threads.
 */
final class Whitening {
  private static final double SHRINKAGE = 1e-3;

  private final double[] mean;
  private final double[][] products;
  private int count;

  Whitening(int width) {
    this.mean = new double[width];
    this.products = new double[width][width];
  }

  /** Takes one row into account (Welford, Technometrics 4(3), 1962, for covariances). */
  void add(float[] row) {
    count++;
    double[] before = new double[mean.length];
    for (int i = 0; i < mean.length; i++) {
      before[i] = row[i] - mean[i];
      mean[i] += before[i] / count;
    }
    for (int i = 0; i < mean.length; i++) {
      for (int j = 0; j <= i; j++) {
        products[i][j] += before[i] * (row[j] - mean[j]);
      }
    }
  }

  int count() {
    return count;
  }

  int width() {
    return mean.length;
  }

  /** The map {@code [width, width]}, row-major: {@code W (x - mean)} is white. */
  float[] weight() {
    int width = mean.length;
    double trace = 0;
    for (int i = 0; i < width; i++) {
      trace += products[i][i] / count;
    }
    // Where all rows are alike, whatever differs is far away, but not infinitely.
    double floor = Math.max(SHRINKAGE * trace / width, 1e-9);
    double[][] factor = new double[width][width];
    for (int i = 0; i < width; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = products[i][j] / count + (i == j ? floor : 0);
        for (int k = 0; k < j; k++) {
          sum -= factor[i][k] * factor[j][k];
        }
        factor[i][j] = i == j ? Math.sqrt(sum) : sum / factor[j][j];
      }
    }
    float[] inverse = new float[width * width];
    for (int column = 0; column < width; column++) {
      double[] x = new double[width];
      for (int i = column; i < width; i++) {
        double sum = i == column ? 1 : 0;
        for (int k = column; k < i; k++) {
          sum -= factor[i][k] * x[k];
        }
        x[i] = sum / factor[i][i];
        inverse[i * width + column] = (float) x[i];
      }
    }
    return inverse;
  }

  /** The offset {@code -W mean} of that map. */
  float[] bias(float[] weight) {
    float[] bias = new float[mean.length];
    for (int i = 0; i < bias.length; i++) {
      double sum = 0;
      for (int j = 0; j < bias.length; j++) {
        sum -= (double) weight[i * bias.length + j] * mean[j];
      }
      bias[i] = (float) sum;
    }
    return bias;
  }
}
