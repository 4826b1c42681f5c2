package dev.braid.transforms.featurize;

import dev.braid.observation.Blobs;
import dev.braid.observation.Observation;
import dev.braid.transforms.model.AskInBatches;
import dev.braid.transforms.model.AskedModel;
import dev.braid.transforms.model.ServedBundle;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Encodes every observation once with the encoder of its modality, in batches that are filled from
 * the bundle whatever the windows are. Apply it before sliding windows: after them the same
 * observation would be encoded once for every window.
 *
 * <p>An observation that has no row, or whose row the model cannot answer, is a failure. The
 * metrics are listed in {@code docs/metrics.md}.
 */
public final class EncodeObservations
    extends PTransform<
        PCollection<Observation>, WithFailures.Result<PCollection<Embedding>, BadRecord>> {
  static final String STEP = "EncodeObservations";
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
            ParDo.of(
                    new AskInBatches<>(
                        EncodeObservations.class, bundle, maker(blobs), ENCODED, FAILED))
                .withOutputTags(ENCODED, TupleTagList.of(FAILED)));
    return WithFailures.Result.of(
        encoded.get(ENCODED).setCoder(EmbeddingCoder.of()),
        encoded.get(FAILED).setCoder(BadRecord.getCoder(observations.getPipeline())));
  }

  private static AskedModel.Maker<Observation, float[], Embedding> maker(Blobs blobs) {
    return lease -> new ObservationEncoder(lease, blobs);
  }
}
