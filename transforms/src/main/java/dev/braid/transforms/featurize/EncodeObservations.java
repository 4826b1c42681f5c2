package dev.braid.transforms.featurize;

import dev.braid.observation.Blobs;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.serving.ModelServer;
import dev.braid.serving.RowResult;
import dev.braid.tensor.TensorRow;
import dev.braid.transforms.model.RowBatch;
import dev.braid.transforms.model.ServedBundle;
import dev.braid.transforms.model.WindowedOutput;
import dev.braid.transforms.observation.DeadLetter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.metrics.Distribution;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Encodes every observation once with the encoder of its modality, in batches of up to {@value
 * RowBatch#MAX_ROWS} rows that are filled from the bundle whatever the windows are. Apply it before
 * sliding windows: after them the same observation would be encoded once for every window.
 *
 * <p>An observation that has no row, or whose row the model cannot answer, is a failure. The metric
 * {@code batchRows} has one value for every call of a model.
 */
public final class EncodeObservations
    extends PTransform<
        PCollection<Observation>, WithFailures.Result<PCollection<Embedding>, BadRecord>> {
  private static final String STEP = "EncodeObservations";
  private static final TupleTag<Embedding> ENCODED = new TupleTag<>("encoded");
  private static final TupleTag<BadRecord> FAILED = new TupleTag<>("failed");

  private final ServedBundle bundle;
  private final Blobs blobs;

  private EncodeObservations(ServedBundle bundle, Blobs blobs) {
    this.bundle = bundle;
    this.blobs = blobs;
  }

  /**
   * Encodes with the encoders of {@code bundle}.
   *
   * @param blobs what references are read from
   */
  public static EncodeObservations with(ServedBundle bundle, Blobs blobs) {
    return new EncodeObservations(bundle, blobs);
  }

  @Override
  public WithFailures.Result<PCollection<Embedding>, BadRecord> expand(
      PCollection<Observation> observations) {
    PCollectionTuple encoded =
        observations.apply(
            "Encode",
            ParDo.of(new EncodeInBatches(bundle, blobs))
                .withOutputTags(ENCODED, TupleTagList.of(FAILED)));
    return WithFailures.Result.of(
        encoded.get(ENCODED).setCoder(EmbeddingCoder.of()),
        encoded.get(FAILED).setCoder(BadRecord.getCoder(observations.getPipeline())));
  }

  private static final class EncodeInBatches extends DoFn<Observation, Embedding> {
    private final ServedBundle bundle;
    private final Blobs blobs;
    private final Distribution batchRows =
        Metrics.distribution(EncodeObservations.class, "batchRows");
    private transient ModelServer.@Nullable Lease lease;
    private transient ObservationEncoder encoder;
    private transient Map<String, RowBatch<Observation>> batches;

    EncodeInBatches(ServedBundle bundle, Blobs blobs) {
      this.bundle = bundle;
      this.blobs = blobs;
    }

    @Setup
    public void setup() {
      ModelServer.Lease opened = bundle.lease();
      lease = opened;
      encoder = new ObservationEncoder(opened.server(), blobs);
      batches = new LinkedHashMap<>();
    }

    @StartBundle
    public void startBundle() {
      batches = new LinkedHashMap<>();
    }

    @ProcessElement
    public void process(
        @Element Observation observation,
        @Timestamp Instant timestamp,
        BoundedWindow window,
        MultiOutputReceiver receiver) {
      WindowedOutput out = WindowedOutput.of(receiver);
      TensorRow row;
      try {
        row = encoder.featurize(observation);
      } catch (InvalidObservationException e) {
        fail(observation, String.valueOf(e.getMessage()), timestamp, window, out);
        return;
      }
      String modality = observation.getModality();
      RowBatch<Observation> batch = batches.computeIfAbsent(modality, m -> new RowBatch<>());
      if (batch.add(observation, row, timestamp, window)) {
        encode(modality, batch, out);
      }
    }

    @FinishBundle
    public void finishBundle(FinishBundleContext context) {
      batches.forEach((modality, batch) -> encode(modality, batch, WindowedOutput.of(context)));
    }

    @Teardown
    public void teardown() {
      if (lease != null) {
        lease.close();
        lease = null;
      }
    }

    private void encode(String modality, RowBatch<Observation> batch, WindowedOutput out) {
      List<RowBatch.Waiting<Observation>> waiting = batch.drain();
      if (waiting.isEmpty()) {
        return;
      }
      List<RowResult<float[]>> results =
          encoder.encode(modality, waiting.stream().map(RowBatch.Waiting::row).toList());
      batchRows.update(waiting.size());
      for (int i = 0; i < waiting.size(); i++) {
        RowBatch.Waiting<Observation> one = waiting.get(i);
        Observation observation = one.element();
        if (results.get(i) instanceof RowResult.Served<float[]> served) {
          out.output(
              ENCODED,
              Embedding.of(
                  observation.getEntity(),
                  modality,
                  observation.getId(),
                  observation.getTime(),
                  served.value()),
              one.timestamp(),
              one.window());
        } else if (results.get(i) instanceof RowResult.Failed<float[]> failed) {
          fail(observation, failed.reason(), one.timestamp(), one.window(), out);
        }
      }
    }

    private void fail(
        Observation observation,
        String reason,
        Instant timestamp,
        BoundedWindow window,
        WindowedOutput out) {
      DeadLetter letter = DeadLetter.of(STEP, observation, reason, encoder.digest());
      out.output(FAILED, letter.toBadRecord(), timestamp, window);
    }

    /** A full batch leaves while a later element is processed, whose timestamp may be later. */
    @Override
    @SuppressWarnings("deprecation") // There is no other way to say so.
    public Duration getAllowedTimestampSkew() {
      return Duration.millis(Long.MAX_VALUE);
    }
  }
}
