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
 *       What it would answer alone is added to it: whether modalities agree is then a matter of
 *       comparing answers, not embeddings.
 *   <li>A {@link Mixer} brings the tokens together; see {@link AttentionMixer} for what is shipped.
 *   <li>The fused latent reconstructs the mean embedding of every modality, also of those that were
 *       hidden from it while training: a denoising autoencoder (Vincent et al., 2008) whose error
 *       is a part of the anomaly score.
 *   <li>Every task answers from its pool and from the fused latent.
 * </ul>
 */
public final class FusionNet {
  private static final float SURE = 1e-6f;

  private final Spec spec;
  private final Map<String, Integer> widths;
  private final int width;
  private final Variant variant;
  private final Mixer mixer;
  private final Parameters parameters;

  /**
   * What the net gives of a batch of N scenes with T tokens in all and M modalities.
   *
   * @param tasks by task, logits {@code [N, labels]} or a standardised value {@code [N, 1]}
   * @param own by modality and task, the same of one modality alone; empty unless the variant
   *     averages them
   * @param reconstructed by modality, its mean embedding as the latent has it, {@code [N, D]}
   * @param targets by modality, the normalised mean embedding that was there, {@code [N, D]}
   * @param present by modality, {@code [N, 1]}: 1 where it was there
   * @param attention the share of each modality, {@code [N, M]}
   */
  public record Result<T>(
      Map<String, T> tasks,
      Map<String, Map<String, T>> own,
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
   * @param width the size of the latent space, a multiple of {@value AttentionMixer#HEADS}
   * @param hidden the width of the dense layers of every variant but {@link Variant#FULL}
   */
  public FusionNet(
      Spec spec,
      Map<String, Integer> widths,
      int width,
      Variant variant,
      int hidden,
      Parameters parameters) {
    this.spec = spec;
    this.widths = widths;
    this.width = width;
    this.variant = variant;
    this.parameters = parameters;
    for (String modality : spec.modalities().keySet()) {
      int size = of(widths, modality);
      String at = "fusion." + modality;
      if (bringsEncoder(modality)) {
        parameters.fixed(at + ".norm.mean", 0, size);
        parameters.fixed(at + ".norm.deviation", 1, size);
      } else {
        parameters.norm(at + ".norm", size);
      }
      parameters.linear(at + ".in", size, width);
      parameters.normal(at + ".kind", 0.2, 1, 1, width);
      spec.tasks()
          .forEach(
              (name, task) -> {
                parameters.linear(alone(modality, name), size, outputs(task));
                parameters.linear(at + ".vote." + name, outputs(task), width);
              });
      parameters.linear(at + ".decode.hidden", width, width);
      parameters.linear(at + ".decode.out", width, size);
      Novelty.declare(parameters, modality, size);
      if (variant == Variant.NO_FUSION) {
        parameters.linear(at + ".own.0", size, hidden);
        parameters.linear(at + ".own.1", hidden, hidden);
        spec.tasks()
            .forEach(
                (name, task) -> parameters.linear(at + ".own.task." + name, hidden, outputs(task)));
      }
    }
    parameters.linear("fusion.position.hidden", 1, 16);
    parameters.linear("fusion.position.out", 16, width);
    int tasks = spec.tasks().size();
    this.mixer =
        variant == Variant.FULL
            ? new AttentionMixer(labels(spec), tasks, width, parameters)
            : new DenseMixer(variant, spec.modalities().size(), tasks, width, hidden, parameters);
    if (variant != Variant.NO_FUSION) {
      spec.tasks()
          .forEach(
              (name, task) -> {
                parameters.linear("fusion.task." + name + ".hidden", 2L * width, width);
                parameters.linear("fusion.task." + name + ".out", width, outputs(task));
                if (variant == Variant.FULL && task instanceof TaskSpec.Classification) {
                  parameters.filled("fusion.task." + name + ".agreed", 0.3, 1);
                }
              });
    }
  }

  /** Fixes mean and deviation of the embeddings of a modality whose encoder the user brings. */
  public void standardise(String modality, float[] mean, float[] deviation) {
    parameters.restore(
        Map.of(
            "fusion." + modality + ".norm.mean", mean,
            "fusion." + modality + ".norm.deviation", deviation));
  }

  /** The linear layer that answers a task from one modality alone. */
  public static String alone(String modality, String task) {
    return "fusion." + modality + ".alone." + task;
  }

  /** Numbers that a task's head gives. */
  public static int outputs(TaskSpec task) {
    return task instanceof TaskSpec.Classification classification
        ? classification.labels().size()
        : 1;
  }

  /**
   * Whether the parameter belongs to what {@code modality} answers alone; all variants share these.
   */
  public static boolean isUnimodal(String parameter, String modality) {
    return parameter.startsWith("fusion." + modality + ".norm.")
        || parameter.startsWith("fusion." + modality + ".alone.");
  }

  /** The forward pass; {@code tokens} has every modality of the spec. */
  public <T> Result<T> forward(Ops<T> ops, Map<String, Tokens<T>> tokens) {
    List<T> embedded = new ArrayList<>();
    List<T> masks = new ArrayList<>();
    Map<String, T> present = new LinkedHashMap<>();
    Map<String, List<T>> votes = new LinkedHashMap<>();
    for (String modality : spec.modalities().keySet()) {
      Tokens<T> given = of(tokens, modality);
      T normal = normal(ops, given.values(), modality);
      Map<String, T> alone = alone(ops, modality, normal);
      alone.forEach((task, vote) -> votes.computeIfAbsent(task, t -> new ArrayList<>()).add(vote));
      embedded.add(embed(ops, given, modality, normal, alone));
      masks.add(given.mask());
      present.put(modality, ops.max(given.mask(), 1, true));
    }
    Mixer.Mixed<T> mixed = mixer.mix(ops, new Mixer.Scene<>(embedded, masks, votes));
    Map<String, T> targets = targets(ops, tokens);
    Map<String, Map<String, T>> own = new LinkedHashMap<>();
    Map<String, T> answers;
    if (variant == Variant.NO_FUSION) {
      targets.forEach((modality, target) -> own.put(modality, own(ops, modality, target)));
      answers = averages(ops, own, present);
    } else {
      answers = answers(ops, mixed);
    }
    Map<String, T> reconstructed = new LinkedHashMap<>();
    for (String modality : spec.modalities().keySet()) {
      String at = "fusion." + modality + ".decode";
      reconstructed.put(
          modality, ops.linear(ops.relu(ops.linear(mixed.latent(), at + ".hidden")), at + ".out"));
    }
    return new Result<>(answers, own, reconstructed, targets, present, mixed.shares());
  }

  /**
   * What one modality answers alone: by task, logits {@code [..., labels]} or a standardised value
   * {@code [..., 1]}.
   *
   * @param normal embeddings or their means as {@link #targets} gives them, {@code [..., D]}
   */
  public <T> Map<String, T> alone(Ops<T> ops, String modality, T normal) {
    Map<String, T> answers = new LinkedHashMap<>();
    for (String task : spec.tasks().keySet()) {
      answers.put(task, ops.linear(normal, alone(modality, task)));
    }
    return answers;
  }

  /**
   * What the latent is asked to reconstruct: by modality, the mean of its normalised embeddings,
   * {@code [N, D]}, and 0 where it is not there.
   */
  public <T> Map<String, T> targets(Ops<T> ops, Map<String, Tokens<T>> tokens) {
    Map<String, T> targets = new LinkedHashMap<>();
    for (String modality : spec.modalities().keySet()) {
      Tokens<T> given = of(tokens, modality);
      T normal = normal(ops, given.values(), modality);
      targets.put(modality, Masks.mean(ops, normal, Masks.column(ops, given.mask())));
    }
    return targets;
  }

  /** How far a scene lies from those of training, {@code [N, 1]}; see {@link Novelty}. */
  public <T> T novelty(Ops<T> ops, Result<T> result) {
    return Novelty.score(ops, result, spec.modalities().keySet());
  }

  /**
   * Embeddings at one scale. Those of an encoder that is not trained are standardised feature by
   * feature: a layer norm would leave nothing of one or two features.
   */
  private <T> T normal(Ops<T> ops, T values, String modality) {
    String at = "fusion." + modality;
    return bringsEncoder(modality)
        ? ops.divide(
            ops.subtract(values, ops.parameter(at + ".norm.mean")),
            ops.parameter(at + ".norm.deviation"))
        : ops.layerNorm(values, at + ".norm");
  }

  private boolean bringsEncoder(String modality) {
    return of(spec.modalities(), modality).bringsEncoder();
  }

  private <T> T embed(
      Ops<T> ops, Tokens<T> given, String modality, T normal, Map<String, T> alone) {
    String at = "fusion." + modality;
    T position = Masks.column(ops, given.position());
    T time =
        ops.linear(ops.tanh(ops.linear(position, "fusion.position.hidden")), "fusion.position.out");
    T x = ops.add(ops.add(ops.linear(normal, at + ".in"), ops.parameter(at + ".kind")), time);
    for (Map.Entry<String, TaskSpec> task : spec.tasks().entrySet()) {
      T answer = of(alone, task.getKey());
      T vote = task.getValue() instanceof TaskSpec.Classification ? ops.softmax(answer, 2) : answer;
      x = ops.add(x, ops.linear(vote, at + ".vote." + task.getKey()));
    }
    return x;
  }

  private <T> Map<String, T> answers(Ops<T> ops, Mixer.Mixed<T> mixed) {
    Map<String, T> answers = new LinkedHashMap<>();
    for (String task : spec.tasks().keySet()) {
      T pool = mixed.pools().get(answers.size());
      T joined = ops.dropout(ops.concat(1, List.of(pool, mixed.latent())), 0.2);
      String at = "fusion.task." + task;
      T inner = ops.dropout(ops.relu(ops.linear(joined, at + ".hidden")), 0.2);
      T answer = ops.linear(inner, at + ".out");
      T agreed = mixed.agreed().get(task);
      answers.put(
          task,
          agreed == null
              ? answer
              : ops.add(answer, ops.multiply(agreed, ops.parameter(at + ".agreed"))));
    }
    return answers;
  }

  private <T> Map<String, T> own(Ops<T> ops, String modality, T target) {
    String at = "fusion." + modality + ".own";
    T hidden = ops.dropout(ops.relu(ops.linear(target, at + ".0")), 0.1);
    T inner = ops.dropout(ops.relu(ops.linear(hidden, at + ".1")), 0.1);
    Map<String, T> answers = new LinkedHashMap<>();
    for (String task : spec.tasks().keySet()) {
      answers.put(task, ops.linear(inner, at + ".task." + task));
    }
    return answers;
  }

  /** The logarithm of the mean probability, or the mean value, of the modalities that are there. */
  private <T> Map<String, T> averages(
      Ops<T> ops, Map<String, Map<String, T>> own, Map<String, T> present) {
    Map<String, T> averages = new LinkedHashMap<>();
    T shares = Masks.shares(ops, ops.concat(1, List.copyOf(present.values())));
    for (Map.Entry<String, TaskSpec> task : spec.tasks().entrySet()) {
      boolean isClassification = task.getValue() instanceof TaskSpec.Classification;
      List<T> parts = new ArrayList<>();
      for (String modality : spec.modalities().keySet()) {
        T answer = of(of(own, modality), task.getKey());
        int m = parts.size();
        T share = ops.slice(shares, 1, m, m + 1);
        parts.add(ops.multiply(isClassification ? ops.softmax(answer, 1) : answer, share));
      }
      T sum = parts.get(0);
      for (T part : parts.subList(1, parts.size())) {
        sum = ops.add(sum, part);
      }
      averages.put(
          task.getKey(),
          isClassification ? ops.log(ops.add(sum, ops.constant(new float[] {SURE}, 1))) : sum);
    }
    return averages;
  }

  private static Map<String, Integer> labels(Spec spec) {
    Map<String, Integer> labels = new LinkedHashMap<>();
    spec.tasks()
        .forEach(
            (name, task) -> {
              if (task instanceof TaskSpec.Classification classification) {
                labels.put(name, classification.labels().size());
              }
            });
    return labels;
  }

  static <V> V of(Map<String, V> map, String name) {
    V value = map.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no '" + name + "' in " + map.keySet());
    }
    return value;
  }
}
