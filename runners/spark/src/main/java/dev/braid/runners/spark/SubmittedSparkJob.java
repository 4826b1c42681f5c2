package dev.braid.runners.spark;

import dev.braid.pipelines.engine.SubmittedJob;
import java.io.IOException;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricResults;
import org.apache.spark.SparkContext;
import org.joda.time.Duration;

/** An application on a Spark cluster whose driver is this JVM: it ends when this JVM does. */
final class SubmittedSparkJob implements SubmittedJob {
  private final PipelineResult result;
  private final String id;
  private final String url;

  private SubmittedSparkJob(PipelineResult result, String id, String url) {
    this.result = result;
    this.id = id;
    this.url = url;
  }

  /**
   * The application of this JVM, which has at most one.
   *
   * @param master whose page is shown where the application has none of its own
   */
  static SubmittedSparkJob of(PipelineResult result, String master) {
    SparkContext context = SparkContext.getOrCreate();
    return new SubmittedSparkJob(
        result,
        context.applicationId(),
        context.uiWebUrl().isDefined() ? context.uiWebUrl().get() : master);
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String url() {
    return url;
  }

  @Override
  public State getState() {
    return result.getState();
  }

  @Override
  public State cancel() throws IOException {
    return result.cancel();
  }

  @Override
  public State waitUntilFinish(Duration limit) {
    return result.waitUntilFinish(limit);
  }

  @Override
  public State waitUntilFinish() {
    return result.waitUntilFinish();
  }

  @Override
  public MetricResults metrics() {
    return result.metrics();
  }
}
