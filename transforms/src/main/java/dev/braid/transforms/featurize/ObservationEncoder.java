package dev.braid.transforms.featurize;

import dev.braid.featurizer.Featurizer;
import dev.braid.observation.Blobs;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.serving.CallObserver;
import dev.braid.serving.ModelServer;
import dev.braid.serving.RowResult;
import dev.braid.tensor.TensorRow;
import dev.braid.transforms.model.AskedModel;
import dev.braid.transforms.observation.DeadLetter;
import java.util.List;
import org.apache.beam.sdk.metrics.Metrics;

/** Turns observations into rows and rows into embeddings. Safe for several threads. */
final class ObservationEncoder implements AskedModel<Observation, float[], Embedding> {
  private final ModelServer server;
  private final Blobs blobs;

  ObservationEncoder(ModelServer server, Blobs blobs) {
    this.server = server;
    this.blobs = blobs;
  }

  /** An observation is encoded by its modality's encoder. */
  @Override
  public String model(Observation observation) {
    return observation.getModality();
  }

  /**
   * The row of one observation, whose blob is read here if it is a reference: no shuffle lies
   * between this and the call of the encoder, and so none carries the blob's bytes.
   *
   * @throws InvalidObservationException if the blob cannot be had or the payload is broken
   */
  @Override
  public TensorRow row(Observation observation) throws InvalidObservationException {
    Featurizer featurizer = server.featurizers().get(observation.getModality());
    if (featurizer == null) {
      throw new InvalidObservationException(
          "unknown modality '%s'; known: %s"
              .formatted(observation.getModality(), server.featurizers().keySet()));
    }
    return featurizer.featurize(blobs.resolve(observation.getPayload()));
  }

  @Override
  public List<RowResult<float[]>> ask(
      String modality, List<TensorRow> rows, CallObserver observer) {
    return server.encode(modality, rows, observer);
  }

  @Override
  public Embedding output(Observation observation, float[] vector) {
    return Embedding.of(
        observation.getEntity(),
        observation.getModality(),
        observation.getId(),
        observation.getTime(),
        vector);
  }

  @Override
  public DeadLetter failure(Observation observation, String reason) {
    return DeadLetter.of(EncodeObservations.STEP, observation, reason, server.digest());
  }

  @Override
  public void answered(String modality, List<Observation> observations, List<float[]> vectors) {
    if (observations.isEmpty()) {
      return;
    }
    Metrics.counter(EncodeObservations.class, "rows." + modality).inc(observations.size());
    long earliest = Long.MAX_VALUE;
    for (Observation observation : observations) {
      earliest = Math.min(earliest, observation.getTime().toEpochMilli());
    }
    Metrics.distribution(EncodeObservations.class, "lagMillis." + modality)
        .update(System.currentTimeMillis() - earliest);
  }
}
