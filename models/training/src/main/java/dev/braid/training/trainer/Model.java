package dev.braid.training.trainer;

import dev.braid.featurizer.Featurizer;
import dev.braid.spec.Spec;
import dev.braid.training.encoder.Encoder;
import dev.braid.training.encoder.Encoders;
import dev.braid.training.fusion.FusionNet;
import dev.braid.training.graph.Ops;
import dev.braid.training.graph.Parameters;
import dev.braid.training.graph.TorchOps;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Encoders, fusion net and their weights. Owns native memory until {@link #close}; not safe for
 * several threads.
 */
public final class Model implements AutoCloseable {
  /** The size of every modality's embedding. */
  public static final int WIDTH = 64;

  private static final int LATENT = 96;

  private final Spec spec;
  private final Parameters parameters = new Parameters();
  private final Map<String, Encoder> encoders = new LinkedHashMap<>();
  private final FusionNet fusion;

  /** A model for {@code spec} with fresh weights. */
  public Model(Spec spec, Map<String, Featurizer> featurizers) {
    this.spec = spec;
    Map<String, Integer> widths = new LinkedHashMap<>();
    featurizers.forEach(
        (name, featurizer) -> {
          encoders.put(
              name,
              Encoders.create(
                  java.util.Objects.requireNonNull(spec.modalities().get(name)),
                  featurizer,
                  parameters,
                  "encoder." + name,
                  WIDTH));
          widths.put(name, WIDTH);
        });
    this.fusion = new FusionNet(spec, widths, LATENT, parameters);
    for (String task : spec.tasks().keySet()) {
      parameters.filled("loss." + task, 0, 1);
    }
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

  /** Encodes a batch; a modality that nothing in the batch has is one padding token. */
  Map<String, FusionNet.Tokens<Tensor>> tokens(
      TorchOps ops, SceneBatch batch, boolean visibleOnly, Map<String, Tensor> encoded) {
    Map<String, FusionNet.Tokens<Tensor>> tokens = new LinkedHashMap<>();
    int scenes = batch.scenes().size();
    for (String modality : spec.modalities().keySet()) {
      SceneBatch.Modality given = batch.modalities().get(modality);
      Tensor values = encoded.get(modality);
      if (given == null || values == null) {
        Tensor none = torch.zeros(scenes, 1);
        tokens.put(modality, new FusionNet.Tokens<>(torch.zeros(scenes, 1, WIDTH), none, none));
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
  Map<String, Tensor> encode(TorchOps ops, SceneBatch batch) {
    Map<String, Tensor> encoded = new LinkedHashMap<>();
    batch
        .modalities()
        .forEach(
            (modality, given) -> {
              Tensor rows = encode(ops, modality, given.inputs());
              Tensor padded = ops.concat(0, List.of(rows, torch.zeros(1, WIDTH)));
              encoded.put(
                  modality,
                  padded
                      .index_select(0, given.index())
                      .reshape(batch.scenes().size(), given.tokens(), WIDTH));
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
