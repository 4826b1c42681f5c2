package dev.braid.runners.flink;

import dev.braid.pipelines.engine.SubmissionException;
import dev.braid.pipelines.engine.SubmittedJob;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricResults;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.joda.time.Duration;

/** A job on a Flink cluster; it goes on when this JVM ends. Safe for several threads. */
final class SubmittedFlinkJob implements SubmittedJob {
  private final FlinkCluster cluster;
  private final JobID id;
  private final PipelineResult result;

  /**
   * @param result what Beam says of it, which has no id and no reason of a failure
   */
  SubmittedFlinkJob(FlinkCluster cluster, JobID id, PipelineResult result) {
    this.cluster = cluster;
    this.id = id;
    this.result = result;
  }

  @Override
  public String id() {
    return id.toHexString();
  }

  @Override
  public String url() {
    return cluster.client().getWebInterfaceURL() + "/#/job/running/" + id() + "/overview";
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
  public State waitUntilFinish() {
    return waitUntilFinish(Duration.millis(Long.MAX_VALUE));
  }

  /**
   * Waits.
   *
   * @throws SubmissionException if the job failed
   */
  @Override
  public State waitUntilFinish(Duration limit) {
    try {
      return end(
          cluster.client().requestJobResult(id).get(limit.getMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return getState();
    } catch (ExecutionException e) {
      throw new SubmissionException(
          "lost the Flink cluster at %s, where job %s may go on: %s"
              .formatted(cluster.master(), id(), FlinkCluster.reason(e)),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SubmissionException("interrupted while waiting for job " + id(), e);
    }
  }

  private State end(JobResult end) {
    return switch (end.getApplicationStatus()) {
      case SUCCEEDED -> State.DONE;
      case CANCELED -> State.CANCELLED;
      case FAILED, UNKNOWN ->
          throw new SubmissionException(
              "job %s failed on the Flink cluster at %s: %s; see %s"
                  .formatted(id(), cluster.master(), failure(end), url()));
    };
  }

  private static String failure(JobResult end) {
    return end.getSerializedThrowable()
        .map(
            serialized ->
                FlinkCluster.reason(
                    serialized.deserializeError(SubmittedFlinkJob.class.getClassLoader())))
        .orElse("it gives no reason");
  }

  @Override
  public MetricResults metrics() {
    return result.metrics();
  }
}
