package dev.braid.transforms.featurize;

import dev.braid.featurizer.Featurizer;
import dev.braid.observation.Blobs;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.serving.ModelServer;
import dev.braid.serving.RowResult;
import dev.braid.tensor.TensorRow;
import java.util.List;

/** Turns observations into rows and rows into embeddings. Safe for several threads. */
final class ObservationEncoder {
  private final ModelServer server;
  private final Blobs blobs;

  ObservationEncoder(ModelServer server, Blobs blobs) {
    this.server = server;
    this.blobs = blobs;
  }

  /**
   * The row of one observation, whose blob is read here if it is a reference: no shuffle lies
   * between this and the call of the encoder, and so none carries the blob's bytes.
   *
   * @throws InvalidObservationException if the blob cannot be had or the payload is broken
   */
  TensorRow featurize(Observation observation) throws InvalidObservationException {
    Featurizer featurizer = server.featurizers().get(observation.getModality());
    if (featurizer == null) {
      throw new InvalidObservationException(
          "unknown modality '%s'; known: %s"
              .formatted(observation.getModality(), server.featurizers().keySet()));
    }
    return featurizer.featurize(blobs.resolve(observation.getPayload()));
  }

  /** The embedding of every row of one modality, or why it has none. */
  List<RowResult<float[]>> encode(String modality, List<TensorRow> rows) {
    return server.encode(modality, rows);
  }

  String digest() {
    return server.digest();
  }
}
