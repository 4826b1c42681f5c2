package dev.braid.pipelines.cli;

import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.SubmittedJob;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** An engine that tells a person where to watch a job as soon as a cluster has it. */
final class WatchedEngine implements Engine {
  private final Engine engine;
  private final PrintWriter err;
  private @Nullable SubmittedJob job;

  /**
   * @param err takes the line about the job
   */
  WatchedEngine(Engine engine, PrintWriter err) {
    this.engine = engine;
    this.err = err;
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public Map<String, String> defaults(int cores) {
    return engine.defaults(cores);
  }

  @Override
  public Optional<String> masterOption() {
    return engine.masterOption();
  }

  @Override
  public boolean outlivesThisJvm(PipelineOptions options) {
    return engine.outlivesThisJvm(options);
  }

  @Override
  public PipelineResult run(Pipeline pipeline) {
    PipelineResult result = engine.run(pipeline);
    if (result instanceof SubmittedJob submitted) {
      job = submitted;
      err.printf("job %s: watch it at %s%n", submitted.id(), submitted.url());
      err.flush();
    }
    return result;
  }

  /** The job on a cluster; empty before it is started, and if it runs in this JVM. */
  Optional<SubmittedJob> job() {
    return Optional.ofNullable(job);
  }
}
