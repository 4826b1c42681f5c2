package dev.braid.runners.spark;

import dev.braid.pipelines.engine.Construct;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
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
    return Map.of("runner", "SparkRunner", "sparkMaster", "local[" + cores + "]");
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
  public PipelineResult run(Pipeline pipeline) {
    // Spark takes its configuration from system properties, and this one has no Beam option. The
    // web UI of an embedded run takes a port and ends with the run.
    if (pipeline.getOptions().as(SparkPipelineOptions.class).getSparkMaster().startsWith("local")) {
      System.getProperties().putIfAbsent("spark.ui.enabled", "false");
    }
    Boundedness boundedness = new Boundedness();
    pipeline.traverseTopologically(boundedness);
    if (boundedness.unbounded) {
      pipeline.getOptions().setRunner(MicroBatchRunner.class);
    }
    return pipeline.run();
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
