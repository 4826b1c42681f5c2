package dev.braid.scene;

import dev.braid.spec.Spec;
import dev.braid.spec.TaskSpec;
import dev.braid.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * The outputs of the fusion model, in this order: for every task {@code task.<name>} ({@code
 * [batch, labels]} calibrated probabilities, or {@code [batch, 1]} a value in the unit of the
 * labels), {@code anomaly [batch, 1]}, {@code attention [batch, modalities]}. Safe for several
 * threads.
 */
public final class FusionOutputs {
  private final Spec spec;
  private final List<String> tasks;
  private final List<List<String>> labels;
  private final List<String> modalities;

  public FusionOutputs(Spec spec) {
    this.spec = spec;
    this.tasks = List.copyOf(spec.tasks().keySet());
    // None of a regression.
    this.labels =
        spec.tasks().values().stream()
            .map(
                task ->
                    task instanceof TaskSpec.Classification classification
                        ? List.copyOf(classification.labels())
                        : List.<String>of())
            .toList();
    this.modalities = List.copyOf(spec.modalities().keySet());
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
   * @param row for every output, in their order, its elements in this row; these arrays are kept
   */
  public Answer decode(float[][] row) {
    Answer.TaskAnswer[] answers = new Answer.TaskAnswer[tasks.size()];
    for (int t = 0; t < answers.length; t++) {
      answers[t] =
          labels.get(t).isEmpty()
              ? new Answer.Estimated(row[t][0])
              : classified(labels.get(t), row[t]);
    }
    return new Answer(
        ByName.of(tasks, answers),
        row[answers.length][0],
        ByName.of(modalities, row[answers.length + 1]));
  }

  private static Answer.Classified classified(List<String> labels, float[] probabilities) {
    int best = 0;
    for (int i = 0; i < probabilities.length; i++) {
      if (probabilities[i] > probabilities[best]) {
        best = i;
      }
    }
    return new Answer.Classified(
        labels.get(best), probabilities[best], ByName.of(labels, probabilities));
  }
}
