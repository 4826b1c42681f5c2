package dev.braid.training.fusion;

import dev.braid.training.graph.Ops;
import dev.braid.training.graph.Parameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tells every token what all the others answer, and how well its own answer agrees.
 *
 * <p>The answers of the tokens to a classification are pooled log-linearly (Genest, Zidek, 1986; a
 * product of experts in Hinton, 2002): {@code S = sum_i g_i log p_i}, with a learned reliability
 * {@code g_i} between 0 and 2 for each token. Token i hears {@code q_i = softmax(S - g_i log p_i)},
 * the opinion of the rest, and {@code log sum_c p_i(c) q_i(c)}, the likelihood that it speaks of
 * the same thing. Where modalities are independent given the class this is Bayes' rule for the
 * question which one of them does not belong.
 */
final class Consensus {
  /** No token may veto a class for good. */
  private static final float FLOOR = 1e-3f;

  private final Map<String, Integer> labels;

  /**
   * @param labels by classification, how many labels it has
   */
  Consensus(Map<String, Integer> labels, int width, Parameters parameters) {
    this.labels = labels;
    labels.forEach(
        (task, count) -> {
          parameters.linear(reliability(task), width, 1);
          parameters.linear(heard(task), count + 1L, width);
        });
  }

  /**
   * Lets the tokens hear each other.
   *
   * @param tokens {@code [N, T, width]}
   * @param mask {@code [N, T, 1]}
   */
  <T> Heard<T> hear(Ops<T> ops, T tokens, T mask, Map<String, List<T>> votes) {
    T x = tokens;
    Map<String, T> agreed = new LinkedHashMap<>();
    List<T> evidence = new ArrayList<>();
    T floor = ops.constant(new float[] {FLOOR}, 1);
    for (String task : labels.keySet()) {
      List<T> own = new ArrayList<>();
      for (T vote : of(votes, task)) {
        own.add(ops.softmax(vote, 2));
      }
      T p = ops.concat(1, own);
      T two = ops.constant(new float[] {2}, 1);
      T reliability =
          ops.multiply(ops.multiply(ops.sigmoid(ops.linear(tokens, reliability(task))), two), mask);
      T logarithms = ops.log(ops.add(p, floor));
      T weighted = ops.multiply(logarithms, reliability);
      T all = ops.sum(weighted, 1, true);
      T rest = ops.softmax(ops.subtract(all, weighted), 2);
      T agreement = ops.log(ops.add(ops.sum(ops.multiply(p, rest), 2, true), floor));
      x = ops.add(x, ops.linear(ops.concat(2, List.of(rest, agreement)), heard(task)));
      agreed.put(task, ops.sum(weighted, 1, false));
      // How far the answer is from saying nothing: log K - H(p), at least 0 but for the floor.
      T most = ops.constant(new float[] {(float) Math.log(of(labels, task))}, 1);
      T told = ops.relu(ops.add(ops.sum(ops.multiply(p, logarithms), 2, true), most));
      evidence.add(ops.multiply(told, reliability));
    }
    return new Heard<>(x, agreed, evidence);
  }

  /**
   * What came of it.
   *
   * @param tokens with what they heard, {@code [N, T, width]}
   * @param agreed by task, the opinion of all as logits {@code [N, labels]}
   * @param evidence for each task, what each token brought to that opinion, {@code [N, T, 1]} in
   *     nats: its reliability times the information of its answer
   */
  record Heard<T>(T tokens, Map<String, T> agreed, List<T> evidence) {}

  private static String reliability(String task) {
    return "fusion.consensus." + task + ".reliability";
  }

  private static String heard(String task) {
    return "fusion.consensus." + task + ".heard";
  }

  private static <V> V of(Map<String, V> map, String task) {
    return java.util.Objects.requireNonNull(map.get(task), task);
  }
}
