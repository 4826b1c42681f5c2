package dev.braid.training.fusion;

import dev.braid.spec.Spec;
import dev.braid.spec.TaskSpec;
import dev.braid.training.graph.Ops;
import dev.braid.training.graph.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fuses the tokens of a scene (modality x time) into answers.
 *
 * <ul>
 *   <li>Every token is mapped into one latent space and told its modality and its place in time.
 *       What it would answer alone is added to it, as probabilities: whether modalities agree is
 *       then a matter of comparing answers, not embeddings.
 *   <li>A feature gate, {@code sigmoid(W h + U c)} with the scene's mean {@code c}, weights the
 *       features of each token (after Arevalo et al., Gated Multimodal Units, 2017).
 *   <li>Pre-norm self-attention blocks under the presence mask let tokens be compared (Vaswani et
 *       al., 2017).
 *   <li>Every task pools the tokens with attention of its own (Ilse et al., 2018) and answers from
 *       its pool and from the fused latent.
 *   <li>The fused latent reconstructs the mean embedding of every modality, also of those that were
 *       hidden from it while training: a denoising autoencoder (Vincent et al., 2008) whose error
 *       is the anomaly score.
 * </ul>
 */
public final class FusionNet {
  static final int HEADS = 4;
  private static final int BLOCKS = 2;
  private static final float HIDDEN_SCORE = -1e4f;

  private final Spec spec;
  private final Map<String, Integer> widths;
  private final int width;

  /**
   * What the net gives of a batch of N scenes with T tokens in all and M modalities.
   *
   * @param tasks by task, logits {@code [N, labels]} or a standardised value {@code [N, 1]}
   * @param reconstructed by modality, its mean embedding as the latent has it, {@code [N, D]}
   * @param targets by modality, the normalised mean embedding that was there, {@code [N, D]}
   * @param present by modality, {@code [N, 1]}: 1 where it was there
   * @param attention the share of each modality, {@code [N, M]}
   */
  public record Result<T>(
      Map<String, T> tasks,
      Map<String, T> reconstructed,
      Map<String, T> targets,
      Map<String, T> present,
      T attention) {}

  /**
   * The tokens of one modality.
   *
   * @param values {@code [N, T, D]}
   * @param mask {@code [N, T]}
   * @param position {@code [N, T]}
   */
  public record Tokens<T>(T values, T mask, T position) {}

  /**
   * A net with fresh weights called {@code fusion.*}.
   *
   * @param widths the size of each modality's embedding
   * @param width the size of the latent space, a multiple of {@value #HEADS}
   */
  public FusionNet(Spec spec, Map<String, Integer> widths, int width, Parameters parameters) {
    this.spec = spec;
    this.widths = widths;
    this.width = width;
    for (String modality : spec.modalities().keySet()) {
      int size = size(modality);
      String at = "fusion." + modality;
      parameters.norm(at + ".norm", size);
      parameters.linear(at + ".in", size, width);
      parameters.normal(at + ".kind", 0.2, 1, 1, width);
      spec.tasks()
          .forEach(
              (name, task) -> {
                if (task instanceof TaskSpec.Classification) {
                  parameters.linear(alone(modality, name), size, outputs(task));
                  parameters.linear(at + ".vote." + name, outputs(task), width);
                }
              });
      parameters.linear(at + ".decode.hidden", width, width);
      parameters.linear(at + ".decode.out", width, size);
    }
    parameters.linear("fusion.position.hidden", 1, 16);
    parameters.linear("fusion.position.out", 16, width);
    parameters.linear("fusion.gate.token", width, width);
    parameters.linear("fusion.gate.scene", width, width);
    for (int i = 0; i < BLOCKS; i++) {
      String block = "fusion.block" + i;
      parameters.norm(block + ".norm1", width);
      parameters.linear(block + ".query", width, width);
      parameters.linear(block + ".key", width, width);
      parameters.linear(block + ".value", width, width);
      parameters.linear(block + ".merge", width, width);
      parameters.norm(block + ".norm2", width);
      parameters.linear(block + ".expand", width, 2L * width);
      parameters.linear(block + ".contract", 2L * width, width);
    }
    parameters.norm("fusion.norm", width);
    int tasks = spec.tasks().size();
    parameters.linear("fusion.pool.hidden", width, width);
    parameters.linear("fusion.pool.score", width, tasks);
    parameters.linear("fusion.latent", (long) tasks * width, width);
    spec.tasks()
        .forEach(
            (name, task) -> {
              parameters.linear("fusion.task." + name + ".hidden", 2L * width, width);
              parameters.linear("fusion.task." + name + ".out", width, outputs(task));
            });
  }

  /** The linear layer that answers a classification from one modality alone. */
  public static String alone(String modality, String task) {
    return "fusion." + modality + ".alone." + task;
  }

  /** Numbers that a task's head gives. */
  public static int outputs(TaskSpec task) {
    return task instanceof TaskSpec.Classification classification
        ? classification.labels().size()
        : 1;
  }

  /** The forward pass; {@code tokens} has every modality of the spec. */
  public <T> Result<T> forward(Ops<T> ops, Map<String, Tokens<T>> tokens) {
    List<T> embedded = new ArrayList<>();
    List<T> masks = new ArrayList<>();
    Map<String, T> present = new LinkedHashMap<>();
    for (String modality : spec.modalities().keySet()) {
      Tokens<T> given = of(tokens, modality);
      embedded.add(embed(ops, given, modality));
      masks.add(given.mask());
      present.put(modality, ops.max(given.mask(), 1, true));
    }
    T mask = ops.concat(1, masks);
    T column = ops.reshape(mask, 0, -1, 1);
    T x = gate(ops, ops.concat(1, embedded), column);
    // 0 where there is a token, far below every score where there is none.
    T hidden =
        ops.multiply(
            ops.subtract(ops.constant(new float[] {1}, 1), mask),
            ops.constant(new float[] {HIDDEN_SCORE}, 1));
    for (int i = 0; i < BLOCKS; i++) {
      x = block(ops, x, ops.reshape(hidden, 0, 1, 1, -1), "fusion.block" + i);
    }
    x = ops.layerNorm(x, "fusion.norm");

    // [N, tasks, T]: how much each task looks at each token.
    T scores =
        ops.transpose(
            ops.linear(ops.tanh(ops.linear(x, "fusion.pool.hidden")), "fusion.pool.score"),
            0,
            2,
            1);
    T attention = ops.softmax(ops.add(scores, ops.reshape(hidden, 0, 1, -1)), 2);
    T pools = ops.matmul(attention, x);
    T latent =
        ops.relu(
            ops.linear(ops.reshape(pools, 0, (long) spec.tasks().size() * width), "fusion.latent"));

    Map<String, T> answers = new LinkedHashMap<>();
    for (String task : spec.tasks().keySet()) {
      int index = answers.size();
      T pool = ops.reshape(ops.slice(pools, 1, index, index + 1), 0, width);
      T joined = ops.dropout(ops.concat(1, List.of(pool, latent)), 0.2);
      String at = "fusion.task." + task;
      T inner = ops.dropout(ops.relu(ops.linear(joined, at + ".hidden")), 0.2);
      answers.put(task, ops.linear(inner, at + ".out"));
    }
    Map<String, T> reconstructed = new LinkedHashMap<>();
    for (String modality : spec.modalities().keySet()) {
      String at = "fusion." + modality + ".decode";
      reconstructed.put(
          modality, ops.linear(ops.relu(ops.linear(latent, at + ".hidden")), at + ".out"));
    }
    return new Result<>(
        answers, reconstructed, targets(ops, tokens), present, shares(ops, attention, masks));
  }

  /**
   * What the latent is asked to reconstruct: by modality, the mean of its normalised embeddings,
   * {@code [N, D]}, and 0 where it is not there.
   */
  public <T> Map<String, T> targets(Ops<T> ops, Map<String, Tokens<T>> tokens) {
    Map<String, T> targets = new LinkedHashMap<>();
    for (String modality : spec.modalities().keySet()) {
      Tokens<T> given = of(tokens, modality);
      T normal = ops.layerNorm(given.values(), "fusion." + modality + ".norm");
      targets.put(modality, meanOf(ops, normal, ops.reshape(given.mask(), 0, -1, 1)));
    }
    return targets;
  }

  /**
   * The mean squared error of reconstruction over the modalities that are there, {@code [N, 1]}.
   */
  public <T> T reconstructionError(Ops<T> ops, Result<T> result) {
    List<T> errors = new ArrayList<>();
    List<T> counts = new ArrayList<>();
    for (String modality : spec.modalities().keySet()) {
      T off = ops.subtract(of(result.reconstructed(), modality), of(result.targets(), modality));
      T there = of(result.present(), modality);
      errors.add(ops.multiply(ops.mean(ops.multiply(off, off), 1, true), there));
      counts.add(there);
    }
    T count =
        ops.add(ops.sum(ops.concat(1, counts), 1, true), ops.constant(new float[] {1e-6f}, 1));
    return ops.divide(ops.sum(ops.concat(1, errors), 1, true), count);
  }

  private <T> T embed(Ops<T> ops, Tokens<T> given, String modality) {
    String at = "fusion." + modality;
    T normal = ops.layerNorm(given.values(), at + ".norm");
    T position = ops.reshape(given.position(), 0, -1, 1);
    T time =
        ops.linear(ops.tanh(ops.linear(position, "fusion.position.hidden")), "fusion.position.out");
    T x = ops.add(ops.add(ops.linear(normal, at + ".in"), ops.parameter(at + ".kind")), time);
    for (Map.Entry<String, TaskSpec> task : spec.tasks().entrySet()) {
      if (task.getValue() instanceof TaskSpec.Classification) {
        T answer = ops.softmax(ops.linear(normal, alone(modality, task.getKey())), 2);
        x = ops.add(x, ops.linear(answer, at + ".vote." + task.getKey()));
      }
    }
    return x;
  }

  private static <T> T meanOf(Ops<T> ops, T values, T mask) {
    T count = ops.sum(mask, 1, false);
    // A modality that is not there has the sum 0 and the count 0.
    T divisor = ops.add(count, ops.constant(new float[] {1e-6f}, 1));
    return ops.divide(ops.sum(ops.multiply(values, mask), 1, false), divisor);
  }

  private <T> T gate(Ops<T> ops, T x, T column) {
    T scene = ops.reshape(meanOf(ops, x, column), 0, 1, width);
    T gate =
        ops.sigmoid(
            ops.add(ops.linear(x, "fusion.gate.token"), ops.linear(scene, "fusion.gate.scene")));
    return ops.multiply(x, gate);
  }

  private <T> T block(Ops<T> ops, T x, T hidden, String block) {
    T normal = ops.layerNorm(x, block + ".norm1");
    T query = split(ops, ops.linear(normal, block + ".query"));
    T key = split(ops, ops.linear(normal, block + ".key"));
    T value = split(ops, ops.linear(normal, block + ".value"));
    float scale = (float) (1 / Math.sqrt((double) width / HEADS));
    T scores =
        ops.multiply(
            ops.matmul(query, ops.transpose(key, 0, 1, 3, 2)),
            ops.constant(new float[] {scale}, 1));
    T mixed = ops.matmul(ops.softmax(ops.add(scores, hidden), 3), value);
    T merged = ops.reshape(ops.transpose(mixed, 0, 2, 1, 3), 0, -1, width);
    T attended = ops.add(x, ops.dropout(ops.linear(merged, block + ".merge"), 0.1));
    T inner = ops.relu(ops.linear(ops.layerNorm(attended, block + ".norm2"), block + ".expand"));
    return ops.add(attended, ops.dropout(ops.linear(inner, block + ".contract"), 0.1));
  }

  /** {@code [N, T, width] -> [N, heads, T, width / heads]}. */
  private <T> T split(Ops<T> ops, T x) {
    return ops.transpose(ops.reshape(x, 0, -1, HEADS, width / HEADS), 0, 2, 1, 3);
  }

  /** The mean attention over all tasks, summed over the tokens of each modality. */
  private static <T> T shares(Ops<T> ops, T attention, List<T> masks) {
    T mean = ops.mean(attention, 1, false);
    List<T> owners = new ArrayList<>();
    for (int m = 0; m < masks.size(); m++) {
      float[] one = new float[masks.size()];
      one[m] = 1;
      T column = ops.reshape(masks.get(m), 0, -1, 1);
      owners.add(ops.multiply(column, ops.constant(one, 1, 1, one.length)));
    }
    // [N, 1, T] x [N, T, M]
    T row = ops.matmul(ops.reshape(mean, 0, 1, -1), ops.concat(1, owners));
    return ops.reshape(row, 0, masks.size());
  }

  private int size(String modality) {
    return of(widths, modality);
  }

  private static <V> V of(Map<String, V> map, String modality) {
    V value = map.get(modality);
    if (value == null) {
      throw new IllegalArgumentException("no modality '" + modality + "'");
    }
    return value;
  }
}
