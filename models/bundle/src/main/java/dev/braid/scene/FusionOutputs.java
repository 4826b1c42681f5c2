package dev.braid.scene;

import dev.braid.spec.Spec;
import dev.braid.spec.TaskSpec;
import dev.braid.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The outputs of the fusion model, in this order: for every task {@code task.<name>} ({@code
 * [batch, labels]} calibrated probabilities, or {@code [batch, 1]} a value in the unit of the
 * labels), {@code anomaly [batch, 1]}, {@code attention [batch, modalities]}. Safe for several
 * threads.
 */
public final class FusionOutputs {
  private final Spec spec;

  public FusionOutputs(Spec spec) {
    this.spec = spec;
  }

  /** The fusion model's outputs. */
  public List<TensorSpec> outputs() {
    List<TensorSpec> outputs = new ArrayList<>();
    spec.tasks()
        .forEach(
            (name, task) ->
                outputs.add(
                    TensorSpec.floats(
                        "task." + name,
                        task instanceof TaskSpec.Classification classification
                            ? classification.labels().size()
                            : 1)));
    outputs.add(TensorSpec.floats("anomaly", 1));
    outputs.add(TensorSpec.floats("attention", spec.modalities().size()));
    return outputs;
  }

  /**
   * The answer in one row of outputs.
   *
   * @param row for every output, in their order, its elements in this row
   */
  public Answer decode(float[][] row) {
    Map<String, Answer.TaskAnswer> tasks = new LinkedHashMap<>();
    int at = 0;
    for (Map.Entry<String, TaskSpec> task : spec.tasks().entrySet()) {
      float[] values = row[at++];
      tasks.put(
          task.getKey(),
          task.getValue() instanceof TaskSpec.Classification classification
              ? classified(classification.labels(), values)
              : new Answer.Estimated(values[0]));
    }
    float anomaly = row[at][0];
    float[] shares = row[at + 1];
    Map<String, Float> attention = new LinkedHashMap<>();
    for (String modality : spec.modalities().keySet()) {
      attention.put(modality, shares[attention.size()]);
    }
    return new Answer(
        Collections.unmodifiableMap(tasks), anomaly, Collections.unmodifiableMap(attention));
  }

  private static Answer.Classified classified(List<String> labels, float[] probabilities) {
    Map<String, Float> byLabel = new LinkedHashMap<>();
    int best = 0;
    for (int i = 0; i < probabilities.length; i++) {
      byLabel.put(labels.get(i), probabilities[i]);
      if (probabilities[i] > probabilities[best]) {
        best = i;
      }
    }
    return new Answer.Classified(
        labels.get(best), probabilities[best], Collections.unmodifiableMap(byLabel));
  }
}
