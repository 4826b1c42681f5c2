package dev.braid.training.trainer;

import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Rows as the tensors of a batch. */
public final class TensorBatch {
  private TensorBatch() {}

  /** Rows as one tensor for each input, padded with zeros to the longest. */
  public static List<Tensor> stack(List<TensorSpec> inputs, List<TensorRow> rows) {
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      TensorSpec spec = inputs.get(i);
      int column = i;
      int length = rows.stream().mapToInt(row -> row.length(column)).max().orElse(0);
      long[] shape = spec.shape().stream().mapToLong(Long::longValue).toArray();
      shape[0] = rows.size();
      if (spec.isVariable()) {
        shape[1] = length / spec.stride();
      }
      if (spec.type() == TensorSpec.Type.FLOAT) {
        float[] all = new float[rows.size() * length];
        for (int r = 0; r < rows.size(); r++) {
          float[] row = rows.get(r).floats(i);
          System.arraycopy(row, 0, all, r * length, row.length);
        }
        tensors.add(Tensor.create(all, shape));
      } else {
        long[] all = new long[rows.size() * length];
        for (int r = 0; r < rows.size(); r++) {
          long[] row = rows.get(r).longs(i);
          System.arraycopy(row, 0, all, r * length, row.length);
        }
        tensors.add(Tensor.create(all, shape));
      }
    }
    return tensors;
  }
}
