package dev.braid.pipelines.analysis;

import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.SubmissionException;
import java.nio.file.Path;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;

/** Runs a bounded pipeline to its end, or says in one line why it did not get there. */
public final class FinishedRun {
  private FinishedRun() {}

  /**
   * The result of a run that is done.
   *
   * @param output where its results go, for messages
   * @throws AnalysisException if the run failed or ended early
   * @throws SubmissionException if a cluster did not take it
   */
  public static PipelineResult of(Engine engine, Pipeline pipeline, Path output) {
    try {
      PipelineResult result = engine.run(pipeline);
      PipelineResult.State state = result.waitUntilFinish();
      if (state != PipelineResult.State.DONE) {
        throw new AnalysisException(
            "the run ended as %s; no results were left in %s".formatted(state, output));
      }
      return result;
    } catch (AnalysisException | SubmissionException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failure(e, output);
    }
  }

  private static AnalysisException failure(RuntimeException failure, Path output) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String reason = String.valueOf(root.getMessage());
    if (reason.contains("No space left on device")) {
      return new AnalysisException(
          "the output %s: no space left on device; no results were left there".formatted(output),
          failure);
    }
    return new AnalysisException(
        "the run failed, and no results were left in %s: %s: %s"
            .formatted(output, root.getClass().getSimpleName(), reason),
        failure);
  }
}
