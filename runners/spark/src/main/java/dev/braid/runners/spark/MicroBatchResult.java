package dev.braid.runners.spark;

import static org.apache.beam.runners.core.metrics.MetricsContainerStepMap.asAttemptedOnlyMetricResults;

import java.util.concurrent.CompletableFuture;
import org.apache.beam.runners.spark.metrics.MetricsAccumulator;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricResults;
import org.apache.beam.sdk.util.UserCodeException;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.joda.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A run of micro-batches, which goes on until it is cancelled or a batch fails. A failed run stops
 * at once, so that a run with the same checkpoint directory goes on with the failed batch. Safe for
 * several threads.
 */
public final class MicroBatchResult implements PipelineResult {
  private final JavaStreamingContext context;
  private final BatchOrder order;
  private final CompletableFuture<@Nullable Void> started;
  private volatile State state = State.RUNNING;

  private MicroBatchResult(
      JavaStreamingContext context, BatchOrder order, CompletableFuture<@Nullable Void> started) {
    this.context = context;
    this.order = order;
    this.started = started;
  }

  /** Starts the batches. A resumed run first repeats those that were not done, so do not wait. */
  static MicroBatchResult start(JavaStreamingContext context, BatchOrder order) {
    CompletableFuture<@Nullable Void> started = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                context.start();
                order.started();
                started.complete(null);
              } catch (Throwable e) {
                started.completeExceptionally(e);
              }
            },
            "braid-spark-start");
    thread.setDaemon(true);
    thread.start();
    return new MicroBatchResult(context, order, started);
  }

  /** Whether it goes on with an earlier run from its checkpoint. */
  boolean isResumed() {
    return context.ssc().isCheckpointPresent();
  }

  @Override
  public State getState() {
    return state;
  }

  @Override
  public State waitUntilFinish() {
    return waitUntilFinish(Duration.millis(-1));
  }

  @Override
  public State waitUntilFinish(Duration most) {
    if (state.isTerminal()) {
      return state;
    }
    try {
      started.join();
      boolean over =
          most.getMillis() < 0
              ? awaitTermination()
              : context.awaitTerminationOrTimeout(most.getMillis());
      if (over) {
        end(State.DONE);
      }
      return state;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return state;
    } catch (Exception e) {
      // Spark throws checked exceptions that it does not declare.
      Throwable cause = cause(e);
      if (cause instanceof InterruptedException) {
        // It is being stopped, by a signal for example.
        end(State.CANCELLED);
        return state;
      }
      end(State.FAILED);
      throw new PipelineExecutionException(
          cause instanceof UserCodeException && cause.getCause() != null
              ? cause.getCause()
              : cause);
    }
  }

  private boolean awaitTermination() throws InterruptedException {
    context.awaitTermination();
    return true;
  }

  private static Throwable cause(Exception failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && !(cause instanceof UserCodeException)) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Stops after the batch that is being worked on; the checkpoint directory stays. */
  @Override
  public State cancel() {
    if (!state.isTerminal()) {
      end(State.CANCELLED);
    }
    return state;
  }

  private synchronized void end(State last) {
    if (state.isTerminal()) {
      return;
    }
    state = last;
    order.ending();
    context.stop(true, false);
    order.ended();
    WaitingReaders.closeAll();
  }

  @Override
  public MetricResults metrics() {
    return asAttemptedOnlyMetricResults(MetricsAccumulator.getInstance().value());
  }
}
