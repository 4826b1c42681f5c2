package dev.braid.pipelines.analysis;

import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.SubmissionException;
import dev.braid.pipelines.io.DestinationException;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;

/** Runs a bounded pipeline to its end, or says in one line why it did not get there. */
public final class FinishedRun {
  private FinishedRun() {}

  /**
   * The result of a run that is done.
   *
   * @param output where its results go, for messages
   * @param whole whether results are there only when the run is complete
   * @throws AnalysisException if the run failed or ended early
   * @throws SubmissionException if a cluster did not take it
   */
  public static PipelineResult of(Engine engine, Pipeline pipeline, String output, boolean whole) {
    String left = (whole ? "no results were left in " : "some results may be left in ") + output;
    try {
      PipelineResult result = engine.run(pipeline);
      PipelineResult.State state = result.waitUntilFinish();
      if (state != PipelineResult.State.DONE) {
        throw new AnalysisException("the run ended as %s; %s".formatted(state, left));
      }
      return result;
    } catch (AnalysisException | SubmissionException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failure(e, output, left);
    }
  }

  private static AnalysisException failure(RuntimeException failure, String output, String left) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String reason = String.valueOf(root.getMessage());
    if (reason.contains("No space left on device")) {
      return new AnalysisException(
          "the output %s: no space left on device; %s".formatted(output, left), failure);
    }
    // Its message is written for people.
    String kind =
        root instanceof DestinationException ? "" : root.getClass().getSimpleName() + ": ";
    return new AnalysisException(
        "the run failed, and %s: %s%s".formatted(left, kind, reason), failure);
  }
}
