package dev.braid.runners.flink;

import dev.braid.pipelines.engine.SubmissionException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.vendor.guava.v32_1_2_jre.com.google.common.net.HostAndPort;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.deployment.StandaloneClusterId;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.messages.webmonitor.ClusterOverview;

/** A Flink session cluster that is running somewhere. */
final class FlinkCluster {
  private static final long ANSWER_SECONDS = 60;

  /** A job's slots become free only after the cluster has said that it ended. */
  private static final long SLOTS_SECONDS = 10;

  private static final long POLL_MILLIS = 200;

  private final String master;
  private final RestClusterClient<StandaloneClusterId> client;

  private FlinkCluster(String master, RestClusterClient<StandaloneClusterId> client) {
    this.master = master;
    this.client = client;
  }

  /**
   * The cluster that {@code --flinkMaster} names, with what {@code --flinkConfDir} or the
   * environment variable FLINK_CONF_DIR says about how to reach it.
   */
  static FlinkCluster of(FlinkPipelineOptions options) {
    String master = options.getFlinkMaster().trim().replaceFirst("^https?://", "");
    Configuration configuration =
        options.getFlinkConfDir() == null || options.getFlinkConfDir().isEmpty()
            ? GlobalConfiguration.loadConfiguration()
            : GlobalConfiguration.loadConfiguration(options.getFlinkConfDir());
    try {
      HostAndPort address =
          HostAndPort.fromString(master).withDefaultPort(configuration.get(RestOptions.PORT));
      configuration.set(RestOptions.ADDRESS, address.getHost());
      configuration.set(RestOptions.PORT, address.getPort());
      return new FlinkCluster(
          address.toString(),
          new RestClusterClient<>(configuration, StandaloneClusterId.getInstance()));
    } catch (Exception e) {
      throw new SubmissionException(
          "--flinkMaster must be host:port, but was '%s': %s".formatted(master, reason(e)), e);
    }
  }

  /** Sends the job to the cluster and returns as soon as the cluster has it. */
  SubmittedFlinkJob submit(Pipeline pipeline, FlinkPipelineOptions options) {
    ClusterOverview overview = awaitSlots(Math.max(1, options.getParallelism()));
    if (overview.getNumSlotsAvailable() == 0) {
      throw new SubmissionException(
          "the Flink cluster at %s has no free slot of %d; cancel a job or add a TaskManager"
              .formatted(master, overview.getNumSlotsTotal()));
    }
    if (options.getParallelism() == -1) {
      options.setParallelism(overview.getNumSlotsAvailable());
    }
    if (options.getParallelism() > overview.getNumSlotsAvailable()) {
      throw new SubmissionException(
          "the Flink cluster at %s has %d free slots of %d, fewer than --parallelism=%d"
              .formatted(
                  master,
                  overview.getNumSlotsAvailable(),
                  overview.getNumSlotsTotal(),
                  options.getParallelism()));
    }
    if (options.getSavepointPath() != null) {
      Savepoint.refuseFewerSubtasks(options.getSavepointPath(), options.getParallelism());
    }
    if (options.getFilesToStage() == null || options.getFilesToStage().isEmpty()) {
      ownJar().ifPresent(jar -> options.setFilesToStage(List.of(jar.toString())));
    }
    // Attached, Flink would not say the job's id before its end.
    options.setAttachedMode(false);
    PipelineResult result;
    try {
      result = pipeline.run();
    } catch (RuntimeException e) {
      throw new SubmissionException(
          "the Flink cluster at %s did not take the job: %s".formatted(master, reason(e)), e);
    }
    return new SubmittedFlinkJob(this, job(options.getJobName()), result);
  }

  /** What the cluster has, as soon as that many slots are free, or if they do not become so. */
  private ClusterOverview awaitSlots(int slots) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SLOTS_SECONDS);
    ClusterOverview overview = overview();
    while (overview.getNumSlotsAvailable() < slots
        && overview.getNumSlotsTotal() >= slots
        && System.nanoTime() < end) {
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SubmissionException("interrupted while waiting for slots of " + master, e);
      }
      overview = overview();
    }
    return overview;
  }

  private ClusterOverview overview() {
    return answer(
        client.getClusterOverview(),
        "what it has; is it running? './braid cluster up flink' starts one on this machine");
  }

  /** The job of that name: Beam makes the names unique. */
  private JobID job(String name) {
    return answer(client.listJobs(), "its jobs").stream()
        .filter(job -> job.getJobName().equals(name))
        .map(JobStatusMessage::getJobId)
        .findFirst()
        .orElseThrow(
            () ->
                new SubmissionException(
                    "the Flink cluster at %s took the job %s and does not know it any more"
                        .formatted(master, name)));
  }

  RestClusterClient<StandaloneClusterId> client() {
    return client;
  }

  String master() {
    return master;
  }

  /** What the cluster answers, within a limit. */
  <T> T answer(CompletableFuture<T> answer, String what) {
    try {
      return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new SubmissionException(
          "the Flink cluster at %s does not say %s (%s)".formatted(master, what, reason(e)), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SubmissionException("interrupted while asking " + master, e);
    }
  }

  /** The shaded jar that this class is in; empty where it lies among loose classes, as in tests. */
  private static Optional<Path> ownJar() {
    try {
      Path source =
          Path.of(FlinkCluster.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Files.isRegularFile(source) ? Optional.of(source) : Optional.empty();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first line of the root cause. */
  static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    String line = message == null ? "" : message.lines().findFirst().orElse("");
    return line.isBlank() ? root.getClass().getSimpleName() : line.strip();
  }
}
