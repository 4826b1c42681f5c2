package dev.braid.transforms.fuse;

import dev.braid.transforms.align.Scene;
import dev.braid.transforms.model.AskInBatches;
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
 * Answers every scene with the fusion model, in batches that are filled from the bundle whatever
 * the windows are. A scene that the model cannot answer is a failure. The metrics are listed in
 * {@code docs/metrics.md}.
 */
public final class FuseModalities
    extends PTransform<
        PCollection<Scene>, WithFailures.Result<PCollection<Prediction>, BadRecord>> {
  static final String STEP = "FuseModalities";
  private static final TupleTag<Prediction> ANSWERED = new TupleTag<>("answered");
  private static final TupleTag<BadRecord> FAILED = new TupleTag<>("failed");

  private final ServedBundle bundle;

  private FuseModalities(ServedBundle bundle) {
    this.bundle = bundle;
  }

  /** Answers with the fusion model of {@code bundle}. */
  public static FuseModalities with(ServedBundle bundle) {
    return new FuseModalities(bundle);
  }

  @Override
  public WithFailures.Result<PCollection<Prediction>, BadRecord> expand(PCollection<Scene> scenes) {
    PCollectionTuple fused =
        scenes.apply(
            "Fuse",
            ParDo.of(
                    new AskInBatches<>(
                        FuseModalities.class, bundle, SceneFusion::new, ANSWERED, FAILED))
                .withOutputTags(ANSWERED, TupleTagList.of(FAILED)));
    return WithFailures.Result.of(
        fused.get(ANSWERED).setCoder(PredictionCoder.of()),
        fused.get(FAILED).setCoder(BadRecord.getCoder(scenes.getPipeline())));
  }
}
