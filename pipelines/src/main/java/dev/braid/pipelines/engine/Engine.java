package dev.braid.pipelines.engine;

import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;

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
   * Starts the pipeline. The pipeline's options must come from {@link Engines#options}.
   *
   * @return the running, or already finished, job
   */
  default PipelineResult run(Pipeline pipeline) {
    return pipeline.run();
  }
}
