package dev.braid.training.trainer;

import dev.braid.featurizer.Featurizer;
import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import dev.braid.training.encoder.Encoder;
import dev.braid.training.encoder.Encoders;
import dev.braid.training.fusion.FusionNet;
import dev.braid.training.fusion.Variant;
import dev.braid.training.graph.Ops;
import dev.braid.training.graph.Parameters;
import dev.braid.training.graph.Weights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Encoders, fusion net and their weights. Owns native memory until {@link #close}; not safe for
 * several threads.
 */
public final class Model implements AutoCloseable {
  /** The size of an embedding of an encoder that is trained here. */
  private static final int WIDTH = 64;

  private static final int LATENT = 96;

  /** The logit of one in ten. */
  private static final double NOISE = -2.2;

  private final Spec spec;
  private final Parameters parameters;
  private final Map<String, Encoder> encoders = new LinkedHashMap<>();
  private final Map<String, Integer> widths;
  private final FusionNet fusion;

  /**
   * A model for {@code spec} with fresh weights.
   *
   * @param hidden the width of the dense layers of a variant other than {@link Variant#FULL}
   */
  public Model(Spec spec, Map<String, Featurizer> featurizers, Variant variant, int hidden) {
    this(spec, featurizers, variant, hidden, Map.of());
  }

  /**
   * A model for {@code spec}.
   *
   * @param given weights by name, in the shapes that they have; the others are fresh
   */
  public Model(
      Spec spec,
      Map<String, Featurizer> featurizers,
      Variant variant,
      int hidden,
      Map<String, Weights> given) {
    this.spec = spec;
    this.widths = widths(spec, featurizers);
    this.parameters = new Parameters(given);
    featurizers.forEach(
        (name, featurizer) -> {
          ModalitySpec modality = java.util.Objects.requireNonNull(spec.modalities().get(name));
          encoders.put(
              name,
              Encoders.create(modality, featurizer, parameters, "encoder." + name, width(name)));
        });
    this.fusion = new FusionNet(spec, widths, LATENT, variant, hidden, parameters);
    for (String task : spec.tasks().keySet()) {
      parameters.filled(lossWeight(task), 0, 1);
      for (String modality : spec.modalities().keySet()) {
        parameters.filled(lossWeight(modality, task), 0, 1);
        parameters.filled(noise(modality, task), NOISE, 1);
      }
    }
  }

  /**
   * The width of a variant's dense layers that gives its fusion as many parameters as the full one
   * has. Draws from libtorch's generator.
   */
  public static int hidden(Spec spec, Map<String, Featurizer> featurizers, Variant variant) {
    if (variant == Variant.FULL) {
      return 1;
    }
    Map<String, Integer> widths = widths(spec, featurizers);
    long wanted = size(spec, widths, Variant.FULL, 1);
    int low = 1;
    int high = 1 << 12;
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (size(spec, widths, variant, middle) > wanted) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return low;
  }

  private static Map<String, Integer> widths(Spec spec, Map<String, Featurizer> featurizers) {
    Map<String, Integer> widths = new LinkedHashMap<>();
    featurizers.forEach(
        (name, featurizer) ->
            widths.put(
                name,
                Encoders.width(
                    java.util.Objects.requireNonNull(spec.modalities().get(name)),
                    featurizer,
                    WIDTH)));
    return widths;
  }

  private static long size(Spec spec, Map<String, Integer> widths, Variant variant, int hidden) {
    try (Parameters parameters = new Parameters()) {
      new FusionNet(spec, widths, LATENT, variant, hidden, parameters);
      return parameters.size(name -> true);
    }
  }

  /** The name of a text modality's table of terms, if it has one of its own. */
  public static String termsOf(String modality) {
    return "encoder." + modality + ".terms";
  }

  /** The learned weight of a task's loss. */
  static String lossWeight(String task) {
    return "loss." + task;
  }

  /** The learned weight of the loss of a modality's own answer to a task. */
  static String lossWeight(String modality, String task) {
    return "loss." + modality + "." + task;
  }

  /** The logit of how often a modality shows something else than its scene's label. */
  static String noise(String modality, String task) {
    return "loss." + modality + "." + task + ".noise";
  }

  /**
   * Whether the parameter is trained with the encoders, before there is any fusion.
   *
   * @param modality that it belongs to, or null for any
   */
  boolean isUnimodal(String parameter, @Nullable String modality) {
    if (modality == null) {
      return spec.modalities().keySet().stream().anyMatch(m -> isUnimodal(parameter, m));
    }
    return parameter.startsWith("encoder." + modality + ".")
        || parameter.startsWith("loss." + modality + ".")
        || FusionNet.isUnimodal(parameter, modality);
  }

  /** Weights of encoders and fusion, without what only training needs. */
  public long size() {
    return parameters.size(name -> !name.startsWith("loss."));
  }

  public Spec spec() {
    return spec;
  }

  public Parameters parameters() {
    return parameters;
  }

  public Map<String, Encoder> encoders() {
    return encoders;
  }

  public FusionNet fusion() {
    return fusion;
  }

  /** The size of a modality's embedding. */
  public int width(String modality) {
    Integer width = widths.get(modality);
    if (width == null) {
      throw new IllegalArgumentException("no modality '" + modality + "'");
    }
    return width;
  }

  /**
   * Fixes how embeddings of encoders that the user brings are standardised: by mean and deviation
   * over the training scenes.
   */
  void standardise(TrainingData data) {
    spec.modalities()
        .forEach(
            (name, modality) -> {
              if (modality.bringsEncoder()) {
                EmbeddingScale scale = EmbeddingScale.of(data, name, width(name));
                fusion.standardise(name, scale.mean(), scale.deviation());
              }
            });
  }

  /** Encodes a batch; a modality that nothing in the batch has is one padding token. */
  Map<String, FusionNet.Tokens<Tensor>> tokens(
      SceneBatch batch, boolean visibleOnly, Map<String, Tensor> encoded) {
    Map<String, FusionNet.Tokens<Tensor>> tokens = new LinkedHashMap<>();
    int scenes = batch.scenes().size();
    for (String modality : spec.modalities().keySet()) {
      SceneBatch.Modality given = batch.modalities().get(modality);
      Tensor values = encoded.get(modality);
      if (given == null || values == null) {
        Tensor none = torch.zeros(scenes, 1);
        Tensor nothing = torch.zeros(scenes, 1, width(modality));
        tokens.put(modality, new FusionNet.Tokens<>(nothing, none, none));
      } else {
        tokens.put(
            modality,
            new FusionNet.Tokens<>(
                values, visibleOnly ? given.visible() : given.mask(), given.position()));
      }
    }
    return tokens;
  }

  /** The embeddings of a batch's tokens, {@code [scenes, tokens, width]} by modality. */
  Map<String, Tensor> encode(SceneBatch batch, Embedder embedder) {
    Map<String, Tensor> encoded = new LinkedHashMap<>();
    batch
        .modalities()
        .forEach(
            (modality, given) -> {
              Tensor rows = embedder.embed(modality, given.rows());
              Tensor padded = torch.cat(new TensorVector(rows, torch.zeros(1, width(modality))), 0);
              encoded.put(
                  modality,
                  padded
                      .index_select(0, given.index())
                      .reshape(batch.scenes().size(), given.tokens(), width(modality)));
            });
    return encoded;
  }

  /** Runs one encoder. */
  public <T> T encode(Ops<T> ops, String modality, List<T> inputs) {
    Encoder encoder = encoders.get(modality);
    if (encoder == null) {
      throw new IllegalArgumentException("no modality '" + modality + "'");
    }
    return encoder.forward(ops, inputs);
  }

  @Override
  public void close() {
    parameters.close();
  }
}
