package dev.braid.pipelines.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.braid.pipelines.engine.Construct;
import dev.braid.pipelines.engine.DetachedJob;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Refusal;
import dev.braid.pipelines.engine.SubmittedJob;
import java.io.PrintWriter;
import java.util.List;
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
  private volatile @Nullable DetachedJob job;
  private volatile boolean outlives;

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
  public Optional<Refusal> refusal(Construct construct) {
    return engine.refusal(construct);
  }

  @Override
  public boolean hasStableInput() {
    return engine.hasStableInput();
  }

  @Override
  public boolean hasBatches() {
    return engine.hasBatches();
  }

  @Override
  public boolean hasSlices() {
    return engine.hasSlices();
  }

  @Override
  public int mostReaders(PipelineOptions options) {
    return engine.mostReaders(options);
  }

  @Override
  public boolean canDetach(PipelineOptions options) {
    return engine.canDetach(options);
  }

  @Override
  public Optional<DetachedJob> detach(List<String> arguments, PipelineOptions options) {
    Optional<DetachedJob> made = engine.detach(arguments, options);
    made.ifPresent(this::show);
    return made;
  }

  private void show(DetachedJob made) {
    job = made;
    err.printf("job %s: watch it at %s%n", made.id(), made.url());
    err.flush();
  }

  @Override
  public PipelineResult run(Pipeline pipeline) {
    PipelineResult result = engine.run(pipeline);
    if (result instanceof SubmittedJob submitted) {
      outlives = engine.outlivesThisJvm(pipeline.getOptions());
      show(new DetachedJob(submitted.id(), submitted.url()));
    }
    return result;
  }

  /**
   * Waits for the end of a stream. Whoever ends this process before that is told that a job on a
   * cluster goes on.
   */
  void await(PipelineResult result) {
    Runtime.getRuntime().addShutdownHook(new Thread(this::sayThatItGoesOn));
    PipelineResult.State state = result.waitUntilFinish();
    outlives = false;
    err.printf("the stream ended: %s%n", state);
    err.flush();
  }

  private void sayThatItGoesOn() {
    if (job != null && outlives) {
      err.printf("job %s goes on; end it at %s%n", job.id(), job.url());
      err.flush();
    }
  }

  /** Adds the job's id and page, if it is on a cluster. */
  ObjectNode withJob(ObjectNode json) {
    return job == null ? json : json.put("job", job.id()).put("url", job.url());
  }
}
