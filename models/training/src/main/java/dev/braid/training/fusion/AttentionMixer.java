package dev.braid.training.fusion;

import dev.braid.training.graph.Ops;
import dev.braid.training.graph.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Consensus, a feature gate, self-attention between tokens, and a pool for each task.
 *
 * <ul>
 *   <li>A feature gate, {@code sigmoid(W h + U c)} with the scene's mean {@code c}, weights the
 *       features of each token (after Arevalo et al., Gated Multimodal Units, 2017).
 *   <li>Pre-norm self-attention blocks under the presence mask let tokens be compared (Vaswani et
 *       al., 2017).
 *   <li>Every task pools the tokens with attention of its own (Ilse et al., 2018).
 * </ul>
 */
final class AttentionMixer implements Mixer {
  static final int HEADS = 4;
  private static final int BLOCKS = 2;
  private static final float HIDDEN_SCORE = -1e4f;

  private final int width;
  private final int tasks;
  private final Consensus consensus;

  AttentionMixer(Map<String, Integer> labels, int tasks, int width, Parameters parameters) {
    this.width = width;
    this.tasks = tasks;
    this.consensus = new Consensus(labels, width, parameters);
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
    parameters.linear("fusion.pool.hidden", width, width);
    parameters.linear("fusion.pool.score", width, tasks);
    parameters.linear("fusion.latent", (long) tasks * width, width);
  }

  @Override
  public <T> Mixed<T> mix(Ops<T> ops, Scene<T> scene) {
    T mask = ops.concat(1, scene.masks());
    T column = Masks.column(ops, mask);
    Consensus.Heard<T> heard =
        consensus.hear(ops, ops.concat(1, scene.tokens()), column, scene.votes());
    T x = gate(ops, heard.tokens(), column);
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
    T latent = ops.relu(ops.linear(ops.reshape(pools, 0, (long) tasks * width), "fusion.latent"));
    List<T> byTask = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      byTask.add(ops.reshape(ops.slice(pools, 1, i, i + 1), 0, width));
    }
    return new Mixed<>(
        byTask, latent, heard.agreed(), shares(ops, attention, heard.evidence(), scene.masks()));
  }

  private <T> T gate(Ops<T> ops, T x, T column) {
    T scene = ops.reshape(Masks.mean(ops, x, column), 0, 1, width);
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

  /**
   * The share of each modality in the evidence for all classifications; without any, in the mean
   * attention of the tasks. A pool's attention alone would not do: who asks which modality does not
   * belong looks hardest at the one that is hard to read.
   *
   * @param attention {@code [N, tasks, T]}
   * @param evidence for each classification, {@code [N, T, 1]}
   */
  private static <T> T shares(Ops<T> ops, T attention, List<T> evidence, List<T> masks) {
    T row;
    if (evidence.isEmpty()) {
      row = ops.reshape(ops.mean(attention, 1, false), 0, 1, -1);
    } else {
      T sum = evidence.get(0);
      for (T one : evidence.subList(1, evidence.size())) {
        sum = ops.add(sum, one);
      }
      row = ops.reshape(sum, 0, 1, -1);
    }
    List<T> owners = new ArrayList<>();
    for (int m = 0; m < masks.size(); m++) {
      float[] one = new float[masks.size()];
      one[m] = 1;
      owners.add(
          ops.multiply(Masks.column(ops, masks.get(m)), ops.constant(one, 1, 1, one.length)));
    }
    // [N, 1, T] x [N, T, M]
    T sums = ops.matmul(row, ops.concat(1, owners));
    return Masks.shares(ops, ops.reshape(sums, 0, masks.size()));
  }
}
