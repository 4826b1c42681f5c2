package dev.braid.pipelines.io.postgres;

import dev.braid.pipelines.io.PredictionJson;
import dev.braid.transforms.fuse.Prediction;
import dev.braid.transforms.observation.DeadLetter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.errorhandling.BadRecord;
import org.apache.beam.sdk.transforms.windowing.DefaultTrigger;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.jspecify.annotations.Nullable;

/**
 * Writes predictions to a table, one row for each id: written again, a row stays as it is, and an
 * earlier revision never replaces a later one. So the table is right however often an engine
 * repeats a bundle. The output is the predictions that the database refused for their data, for an
 * error handler.
 *
 * <p>While the database is away a bundle waits, up to {@value #PATIENCE_SECONDS} s unless told
 * otherwise; then it fails with a {@link dev.braid.pipelines.io.DestinationException}. The metric
 * {@code predictions} counts what was written.
 */
public final class UpsertPredictions
    extends PTransform<PCollection<Prediction>, PCollection<BadRecord>> {
  private static final String STEP = "UpsertPredictions";
  private static final int PATIENCE_SECONDS = 120;
  private static final int MAX_ROWS = 500;

  private final PostgresTable table;
  private final Duration patience;

  private UpsertPredictions(PostgresTable table, Duration patience) {
    this.table = table;
    this.patience = patience;
  }

  /** Writes to {@code table}, which {@link PostgresTable#prepare} found in order. */
  public static UpsertPredictions into(PostgresTable table) {
    return new UpsertPredictions(table, Duration.ofSeconds(PATIENCE_SECONDS));
  }

  /**
   * The same with another patience.
   *
   * @param wait how long a bundle waits for a database that is away, from 1 s to 1 h
   */
  public UpsertPredictions withPatience(Duration wait) {
    if (wait.toSeconds() < 1 || wait.toSeconds() > 3600) {
      throw new IllegalArgumentException(
          "patience must be between 1 and 3600 seconds, but was: " + wait);
    }
    return new UpsertPredictions(table, wait);
  }

  @Override
  public PCollection<BadRecord> expand(PCollection<Prediction> predictions) {
    return predictions
        .apply(
            "AllWindows",
            // Refused predictions join other failures, which have no trigger of their own.
            Window.<Prediction>into(new GlobalWindows())
                .triggering(DefaultTrigger.of())
                .withAllowedLateness(org.joda.time.Duration.ZERO)
                .discardingFiredPanes())
        .apply("Upsert", ParDo.of(new UpsertInBatches(table, patience)))
        .setCoder(BadRecord.getCoder(predictions.getPipeline()));
  }

  private static final class UpsertInBatches extends DoFn<Prediction, BadRecord> {
    private final PostgresTable table;
    private final Duration patience;
    private final Counter written = Metrics.counter(UpsertPredictions.class, "predictions");
    private transient @Nullable PredictionWriter writer;
    private transient List<Prediction> batch;
    private transient List<PredictionWriter.Refused> refused;

    UpsertInBatches(PostgresTable table, Duration patience) {
      this.table = table;
      this.patience = patience;
    }

    @StartBundle
    public void startBundle() {
      batch = new ArrayList<>();
      refused = new ArrayList<>();
    }

    @ProcessElement
    public void process(@Element Prediction prediction) throws InterruptedException {
      batch.add(prediction);
      if (batch.size() >= MAX_ROWS) {
        write();
      }
    }

    @FinishBundle
    public void finishBundle(FinishBundleContext context) throws InterruptedException {
      if (!batch.isEmpty()) {
        write();
      }
      for (PredictionWriter.Refused one : refused) {
        context.output(
            deadLetter(one), GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE);
      }
    }

    @Teardown
    public void teardown() {
      if (writer != null) {
        writer.close();
        writer = null;
      }
    }

    private void write() throws InterruptedException {
      if (writer == null) {
        writer = new PredictionWriter(table, patience);
      }
      List<PredictionWriter.Refused> now = writer.write(batch);
      written.inc(batch.size() - now.size());
      refused.addAll(now);
      batch.clear();
    }

    private static BadRecord deadLetter(PredictionWriter.Refused one) {
      Prediction prediction = one.prediction();
      return DeadLetter.of(
              STEP,
              null,
              prediction.getEntity(),
              prediction.getId(),
              one.reason(),
              prediction.getModel().digest(),
              PredictionJson.format(prediction))
          .toBadRecord();
    }
  }
}
