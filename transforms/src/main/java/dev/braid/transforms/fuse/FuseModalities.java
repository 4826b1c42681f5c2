package dev.braid.transforms.fuse;

import dev.braid.scene.Answer;
import dev.braid.serving.ModelServer;
import dev.braid.serving.RowResult;
import dev.braid.transforms.align.Scene;
import dev.braid.transforms.model.RowBatch;
import dev.braid.transforms.model.ServedBundle;
import dev.braid.transforms.model.WindowedOutput;
import dev.braid.transforms.observation.DeadLetter;
import java.util.List;
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
 * Answers every scene with the fusion model, in batches of up to {@value RowBatch#MAX_ROWS} scenes
 * that are filled from the bundle whatever the windows are. A scene that the model cannot answer is
 * a failure. The metric {@code batchRows} has one value for every call of the model.
 */
public final class FuseModalities
    extends PTransform<
        PCollection<Scene>, WithFailures.Result<PCollection<Prediction>, BadRecord>> {
  private static final String STEP = "FuseModalities";
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
            ParDo.of(new FuseInBatches(bundle)).withOutputTags(ANSWERED, TupleTagList.of(FAILED)));
    return WithFailures.Result.of(
        fused.get(ANSWERED).setCoder(PredictionCoder.of()),
        fused.get(FAILED).setCoder(BadRecord.getCoder(scenes.getPipeline())));
  }

  private static final class FuseInBatches extends DoFn<Scene, Prediction> {
    private final ServedBundle bundle;
    private final Distribution batchRows = Metrics.distribution(FuseModalities.class, "batchRows");
    private transient ModelServer.@Nullable Lease lease;
    private transient SceneFusion fusion;
    private transient RowBatch<Scene> batch;

    FuseInBatches(ServedBundle bundle) {
      this.bundle = bundle;
    }

    @Setup
    public void setup() {
      ModelServer.Lease opened = bundle.lease();
      lease = opened;
      fusion = new SceneFusion(opened.server());
      batch = new RowBatch<>();
    }

    @StartBundle
    public void startBundle() {
      batch = new RowBatch<>();
    }

    @ProcessElement
    public void process(
        @Element Scene scene,
        @Timestamp Instant timestamp,
        BoundedWindow window,
        MultiOutputReceiver receiver) {
      if (batch.add(scene, fusion.row(scene), timestamp, window)) {
        fuse(WindowedOutput.of(receiver));
      }
    }

    @FinishBundle
    public void finishBundle(FinishBundleContext context) {
      fuse(WindowedOutput.of(context));
    }

    @Teardown
    public void teardown() {
      if (lease != null) {
        lease.close();
        lease = null;
      }
    }

    private void fuse(WindowedOutput out) {
      List<RowBatch.Waiting<Scene>> waiting = batch.drain();
      if (waiting.isEmpty()) {
        return;
      }
      List<RowResult<Answer>> results =
          fusion.fuse(waiting.stream().map(RowBatch.Waiting::row).toList());
      batchRows.update(waiting.size());
      for (int i = 0; i < waiting.size(); i++) {
        RowBatch.Waiting<Scene> one = waiting.get(i);
        if (results.get(i) instanceof RowResult.Served<Answer> served) {
          out.output(
              ANSWERED,
              fusion.predict(one.element(), served.value()),
              one.timestamp(),
              one.window());
        } else if (results.get(i) instanceof RowResult.Failed<Answer> failed) {
          out.output(
              FAILED, deadLetter(one.element(), failed.reason()), one.timestamp(), one.window());
        }
      }
    }

    private BadRecord deadLetter(Scene scene, String reason) {
      return DeadLetter.of(
              STEP,
              null,
              scene.getEntity(),
              null,
              "scene from %s to %s: %s"
                  .formatted(scene.getWindowStart(), scene.getWindowEnd(), reason),
              fusion.digest(),
              SceneJson.format(scene))
          .toBadRecord();
    }

    /** A full batch leaves while a later scene is processed, whose timestamp may be later. */
    @Override
    @SuppressWarnings("deprecation") // There is no other way to say so.
    public Duration getAllowedTimestampSkew() {
      return Duration.millis(Long.MAX_VALUE);
    }
  }
}
