package dev.braid.training.trainer;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The labels that the scenes of a batch have of one task.
 *
 * @param rows the scenes that have one, by their place in the batch
 * @param values of those, in the same order
 */
record Labels(long[] rows, double[] values) {
  static Labels of(List<TrainingData.Example> scenes, String task) {
    long[] rows = new long[scenes.size()];
    double[] values = new double[scenes.size()];
    int count = 0;
    for (int i = 0; i < scenes.size(); i++) {
      Number label = scenes.get(i).labels().get(task);
      if (label != null) {
        rows[count] = i;
        values[count++] = label.doubleValue();
      }
    }
    return new Labels(Arrays.copyOf(rows, count), Arrays.copyOf(values, count));
  }

  boolean isEmpty() {
    return rows.length == 0;
  }

  Tensor rowTensor() {
    return Tensor.create(rows);
  }

  /** The values as indices of labels. */
  Tensor indexTensor() {
    return Tensor.create(Arrays.stream(values).mapToLong(v -> (long) v).toArray());
  }
}
