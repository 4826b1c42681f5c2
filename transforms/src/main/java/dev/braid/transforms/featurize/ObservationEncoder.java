package dev.braid.transforms.featurize;

import dev.braid.bundle.Manifest;
import dev.braid.featurizer.Featurizer;
import dev.braid.observation.Blobs;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import dev.braid.scene.Token;
import dev.braid.serving.CallObserver;
import dev.braid.serving.ModelServer;
import dev.braid.serving.RowResult;
import dev.braid.tensor.TensorRow;
import dev.braid.transforms.model.AskedModel;
import dev.braid.transforms.observation.DeadLetter;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.metrics.Metrics;
import org.jspecify.annotations.Nullable;

/**
 * Turns observations into rows and rows into embeddings. While a version with other encoders takes
 * the place of the one before, an observation that both must encode is one row of the columns of
 * both, and its vector that of the newer one followed by that of the older one. Not safe for
 * several threads.
 */
final class ObservationEncoder implements AskedModel<Observation, float[], Embedding> {
  private final ModelServer.Lease lease;
  private final ModelServer server;
  private final @Nullable ModelServer before;
  private final Blobs blobs;

  /** With the versions that the lease has now. */
  ObservationEncoder(ModelServer.Lease lease, Blobs blobs) {
    this.lease = lease;
    this.server = lease.server();
    this.before = lease.before();
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
    Payload payload = blobs.resolve(observation.getPayload());
    TensorRow row = featurizer.featurize(payload);
    boolean needsBefore = lease.needsBefore(observation.getTime().toEpochMilli());
    String modality = observation.getModality();
    if (before == null || !needsBefore || number(before, modality) == number(server, modality)) {
      return row;
    }
    try {
      return TwoRows.join(row, featurizer(before, modality).featurize(payload));
    } catch (InvalidObservationException e) {
      return row; // The older one does not know it: its answers could not have had it either.
    }
  }

  // Both versions have one spec, and the newer one's featurizer was there.
  private static Featurizer featurizer(ModelServer server, String modality) {
    return Objects.requireNonNull(server.featurizers().get(modality));
  }

  private static int number(ModelServer server, String modality) {
    return Objects.requireNonNull(server.encoders().get(modality));
  }

  @Override
  public List<RowResult<float[]>> ask(
      String modality, List<TensorRow> rows, CallObserver observer) {
    return before == null
        ? server.encode(modality, rows, observer)
        : TwoRows.encode(
            rows,
            columns(modality),
            newer -> server.encode(modality, newer, observer),
            older -> before.encode(modality, older, observer));
  }

  private int columns(String modality) {
    return encoder(modality).inputs().size();
  }

  private Manifest.Model encoder(String modality) {
    return Objects.requireNonNull(server.manifest().encoders().get(modality));
  }

  @Override
  public Embedding output(Observation observation, float[] vector) {
    return Embedding.of(
        observation.getEntity(), observation.getModality(), token(observation, vector));
  }

  private Token token(Observation observation, float[] vector) {
    String modality = observation.getModality();
    String id = observation.getId();
    Instant time = observation.getTime();
    if (before != null) {
      int width = encoder(modality).outputs().get(0).stride();
      if (vector.length > width) {
        return Token.of(
            id,
            time,
            Map.of(
                number(server, modality),
                Arrays.copyOf(vector, width),
                number(before, modality),
                Arrays.copyOfRange(vector, width, vector.length)));
      }
    }
    return new Token(id, time, vector, number(server, modality), List.of());
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
