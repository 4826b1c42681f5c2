package dev.braid.runners.flink;

import dev.braid.pipelines.engine.Construct;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Refusal;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.PromptParDo;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;

/** Flink, embedded in this JVM unless {@code --flinkMaster} names a cluster. */
public final class FlinkEngine implements Engine {
  private static final String EMBEDDED = "[local]";

  @Override
  public String name() {
    return "flink";
  }

  @Override
  public Map<String, String> defaults(int cores) {
    return Map.of(
        "runner",
        "FlinkRunner",
        "flinkMaster",
        EMBEDDED,
        // Only a streaming job takes checkpoints. Without them it would lose what is under way when
        // a worker fails, and never commit an offset.
        "checkpointingInterval",
        "10000",
        // Otherwise what a bundle held back is kept as the state of a subtask, and a watermark that
        // a timer sends on may overtake it.
        "finishBundleBeforeCheckpointing",
        "true",
        // A job that was cancelled, or died with its JobManager, can go on from its last one.
        "externalizedCheckpointsEnabled",
        "true",
        "retainExternalizedCheckpointsOnCancellation",
        "true",
        // Beam forbids a DoFn to change its input, so the copies that Flink makes between chained
        // operators protect nothing.
        "fasterCopy",
        "true",
        // An observation, and a watermark, wait for the end of a bundle at each step that asks a
        // model: a second by Beam's default.
        "maxBundleTimeMills",
        "100",
        // A window's answer waits for the watermark that passed its end. Beam's default is a fifth
        // of the time above.
        "autoWatermarkInterval",
        "10");
  }

  @Override
  public Optional<String> masterOption() {
    return Optional.of("flinkMaster");
  }

  @Override
  public boolean outlivesThisJvm(PipelineOptions options) {
    return !options.as(FlinkPipelineOptions.class).getFlinkMaster().startsWith("[");
  }

  @Override
  public PipelineResult run(Pipeline pipeline) {
    PromptParDo.install();
    FlinkPipelineOptions options = pipeline.getOptions().as(FlinkPipelineOptions.class);
    if (StableInput.isAskedBy(pipeline)) {
      StableInput.provide(options);
      SharedTransactions.in(pipeline);
    }
    if (outlivesThisJvm(options)) {
      return FlinkCluster.of(options).submit(pipeline, options);
    }
    options.setParallelism(parallelism(options));
    LocalCheckpoints.ask(options);
    return pipeline.run();
  }

  /** Held back until the checkpoint that contains it is complete. */
  @Override
  public boolean hasStableInput() {
    return true;
  }

  /** The runner asks for as many as {@code maxParallelism} is, if that is set. */
  @Override
  public int mostReaders(PipelineOptions options) {
    FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
    return flink.getParallelism() == -1 && outlivesThisJvm(options)
        ? Integer.MAX_VALUE
        : parallelism(flink);
  }

  /** Of a job in this JVM, or of any that says it. */
  private static int parallelism(FlinkPipelineOptions options) {
    return options.getParallelism() == -1
        ? Runtime.getRuntime().availableProcessors()
        : options.getParallelism();
  }

  /** Elements and watermarks come to a keyed step in the order in which they were sent. */
  @Override
  public boolean hasSlices() {
    return true;
  }

  /** Flink does them all exactly. */
  @Override
  public Optional<Refusal> refusal(Construct construct) {
    return Optional.empty();
  }
}
