package dev.braid.runners.spark;

import dev.braid.pipelines.engine.Construct;
import dev.braid.pipelines.engine.DetachedJob;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Refusal;
import dev.braid.pipelines.engine.SubmissionException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.beam.runners.spark.SparkCommonPipelineOptions.TmpCheckpointDirFactory;
import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PValue;

/**
 * Spark's RDD runner, embedded in this JVM unless {@code --sparkMaster} names a cluster. Unbounded
 * pipelines go through {@link MicroBatchRunner}.
 */
public final class SparkEngine implements Engine {
  @Override
  public String name() {
    return "spark";
  }

  @Override
  public Map<String, String> defaults(int cores) {
    return Map.of(
        "runner", "SparkRunner", "sparkMaster", "local[" + cores + "]", "appName", "braid");
  }

  @Override
  public Optional<String> masterOption() {
    return Optional.of("sparkMaster");
  }

  @Override
  public boolean canDetach(PipelineOptions options) {
    return isStandalone(options.as(SparkPipelineOptions.class));
  }

  @Override
  public Optional<DetachedJob> detach(List<String> arguments, PipelineOptions options) {
    SparkPipelineOptions spark = options.as(SparkPipelineOptions.class);
    checkCheckpointDir(spark);
    spark.setCheckpointDir(absolute(spark.getCheckpointDir()));
    CheckpointedRun.of(spark).refuseAnother();
    Path jar =
        ownJar()
            .orElseThrow(
                () -> new SubmissionException("only the shaded jar can be sent to a cluster"));
    String name = "braid-" + UUID.randomUUID();
    List<String> command = new ArrayList<>(arguments);
    if (!command.contains("--")) {
      command.add("--");
    }
    command.removeIf(
        argument -> argument.startsWith("--appName=") || argument.startsWith("--checkpointDir="));
    command.add("--appName=" + name);
    command.add("--checkpointDir=" + spark.getCheckpointDir());
    try (SparkCluster cluster = SparkCluster.at(spark.getSparkMaster())) {
      return Optional.of(cluster.submit(jar, command, name));
    }
  }

  @Override
  public Optional<Refusal> refusal(Construct construct) {
    return switch (construct) {
      case COUNT_WINDOWS_STREAMING, SESSIONS_STREAMING, WAIT_BUDGETS ->
          Optional.of(
              new Refusal(
                  "Beam's Spark runner has no event-time timers in a stream",
                  List.of("flink", "direct")));
      case TRANSACTIONAL_PUBLISH ->
          Optional.of(
              new Refusal(
                  "it has no checkpoint that a transaction could end with", List.of("flink")));
      case EARLY_ANSWERS, LATE_REVISIONS -> Optional.empty();
    };
  }

  @Override
  public boolean hasBatches() {
    return true;
  }

  @Override
  public PipelineResult run(Pipeline pipeline) {
    SparkPipelineOptions options = pipeline.getOptions().as(SparkPipelineOptions.class);
    boolean embedded = isEmbedded(options);
    KeptOutputs.install();
    Boundedness boundedness = new Boundedness();
    pipeline.traverseTopologically(boundedness);
    if (boundedness.unbounded) {
      checkCheckpointDir(options);
      options.setRunner(MicroBatchRunner.class);
    }
    if (embedded) {
      // Spark takes its configuration from system properties, and this one has no Beam option. The
      // web UI of an embedded run takes a port and ends with the run.
      System.getProperties().putIfAbsent("spark.ui.enabled", "false");
    } else {
      if (options.getFilesToStage() == null || options.getFilesToStage().isEmpty()) {
        // What lies beside the jar is Spark's own, and the cluster has it.
        ownJar().ifPresent(jar -> options.setFilesToStage(List.of(jar.toString())));
      }
      if (isStandalone(options)) {
        try (SparkCluster cluster = SparkCluster.at(options.getSparkMaster())) {
          // Left to Spark it is the number of cores that have registered by now: none.
          System.getProperties()
              .putIfAbsent("spark.default.parallelism", Integer.toString(cluster.cores()));
        }
      }
    }
    PipelineResult result = pipeline.run();
    return embedded ? result : SubmittedSparkJob.of(result, options.getSparkMaster());
  }

  private static boolean isEmbedded(SparkPipelineOptions options) {
    return options.getSparkMaster().startsWith("local");
  }

  private static boolean isStandalone(SparkPipelineOptions options) {
    return options.getSparkMaster().startsWith("spark://");
  }

  /** Beam's own default is a directory that no later run finds. */
  private static void checkCheckpointDir(SparkPipelineOptions options) {
    if (!options.getCheckpointDir().equals(new TmpCheckpointDirFactory().create(options))) {
      return;
    }
    if (!isEmbedded(options)) {
      throw new SubmissionException(
          "a stream on a Spark cluster goes on after a fault from its checkpoint: name a directory"
              + " that the driver and all workers see, as in '-- --checkpointDir=DIR'");
    }
    options.setCheckpointDir(TemporaryDirectory.create("braid-spark-checkpoint").toString());
  }

  /** A driver that is started again is in another directory. */
  private static String absolute(String directory) {
    return new org.apache.hadoop.fs.Path(directory).toUri().getScheme() == null
        ? Path.of(directory).toAbsolutePath().normalize().toString()
        : directory;
  }

  /** The shaded jar that this class is in; empty where it lies among loose classes, as in tests. */
  private static Optional<Path> ownJar() {
    try {
      Path source =
          Path.of(SparkEngine.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Files.isRegularFile(source) ? Optional.of(source) : Optional.empty();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Boundedness extends Pipeline.PipelineVisitor.Defaults {
    private boolean unbounded;

    @Override
    public void visitValue(PValue value, TransformHierarchy.Node producer) {
      unbounded |=
          value instanceof PCollection<?> collection
              && collection.isBounded() == PCollection.IsBounded.UNBOUNDED;
    }
  }
}
