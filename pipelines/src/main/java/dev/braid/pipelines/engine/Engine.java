package dev.braid.pipelines.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * What one Beam runner needs so that the analysis is right and quick on it. Each module under
 * {@code runners/} holds one implementation, registered as a service; a class path carries one
 * engine, since Flink and Spark never share one.
 *
 * <p>Implementations are stateless and safe for several threads.
 */
public interface Engine {

  /** The name after {@code --runner}: {@code direct}, {@code flink} or {@code spark}. */
  String name();

  /**
   * Beam options, by name without the leading dashes, that hold unless the caller gives the same
   * option. {@code runner} is always among them.
   *
   * @param cores the processors that an embedded run may use, at least 1
   */
  Map<String, String> defaults(int cores);

  /**
   * The Beam option that names a cluster, without its dashes, such as {@code flinkMaster}; the
   * command line offers it as an option of its own. Empty if this engine knows no clusters.
   */
  default Optional<String> masterOption() {
    return Optional.empty();
  }

  /**
   * Whether a job with these options goes on when this JVM ends, so that it can be submitted and
   * left alone.
   *
   * @param options from {@link Engines#options}
   */
  default boolean outlivesThisJvm(PipelineOptions options) {
    return false;
  }

  /**
   * Why this engine does not take a run that needs {@code construct}, or empty if it does it
   * exactly.
   */
  Optional<Refusal> refusal(Construct construct);

  /**
   * Whether a step of a stream can have input that stays the same after a failure, which Beam's
   * {@code @RequiresStableInput} asks for. Where it cannot, files are written at least once.
   */
  default boolean hasStableInput() {
    return false;
  }

  /**
   * Whether a stream comes in micro-batches, which a failure repeats with the same elements, while
   * the state between them is computed again at another time of day than at first. What state
   * forgets must not depend on processing time there.
   */
  default boolean hasBatches() {
    return false;
  }

  /**
   * Whether sliding windows of a stream can be made of slices, by a stateful {@code DoFn} with
   * event-time timers: cheaper, and with the same answers. An element that is behind the watermark
   * must come to it before the watermark that followed the element.
   */
  default boolean hasSlices() {
    return false;
  }

  /**
   * How many readers of a stream's source have a worker of their own. A worker with two asks them
   * by turns, and one without records holds the other up. No limit where the runner asks for no
   * more than that, or only the cluster knows.
   *
   * @param options from {@link Engines#options}
   */
  default int mostReaders(PipelineOptions options) {
    return Integer.MAX_VALUE;
  }

  /**
   * Whether {@link #detach} or {@link #run} can leave a job with these options alone.
   *
   * @param options from {@link Engines#options}
   */
  default boolean canDetach(PipelineOptions options) {
    return outlivesThisJvm(options);
  }

  /**
   * Has a cluster run a whole command, for an engine whose job ends with the JVM that started it.
   *
   * @param arguments of this product's command line, which {@link #canDetach}
   * @param options from {@link Engines#options}
   * @return empty if {@link #run} does, because the job goes on by itself
   * @throws SubmissionException if the cluster cannot be reached or does not take the job
   */
  default Optional<DetachedJob> detach(List<String> arguments, PipelineOptions options) {
    return Optional.empty();
  }

  /**
   * Starts the pipeline. The pipeline's options must come from {@link Engines#options}.
   *
   * @return the running, or already finished, job; a {@link SubmittedJob} if it is on a cluster
   * @throws SubmissionException if the cluster cannot be reached or does not take the job
   */
  default PipelineResult run(Pipeline pipeline) {
    return pipeline.run();
  }
}
