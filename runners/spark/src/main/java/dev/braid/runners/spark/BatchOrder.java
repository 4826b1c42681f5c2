package dev.braid.runners.spark;

import java.util.concurrent.TimeUnit;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.streaming.dstream.InputDStream;
import org.apache.spark.streaming.scheduler.StreamingListener;
import org.apache.spark.streaming.scheduler.StreamingListenerBatchCompleted;
import org.apache.spark.streaming.scheduler.StreamingListenerOutputOperationCompleted;
import org.jspecify.annotations.Nullable;

/**
 * Lets a micro-batch be read only when the one before it is done and its watermark is known to
 * every executor.
 *
 * <p>The runner announces a batch's watermark when Spark's listeners hear of its end, which may be
 * in the middle of the next batch: of two aggregations in a row the second may then close a window
 * that the first one has not answered yet. With this order every task of one batch sees one
 * watermark. And nothing piles up: the next batch reads what there is when its turn comes.
 *
 * <p>After a failure no batch gets its turn, so that the checkpoint still names the failed one as
 * the first to be repeated.
 *
 * <p>{@link BatchClock} asks before it begins a batch, {@link WholeSource} before it is read: the
 * batches that a resumed run repeats are begun without the clock.
 *
 * <p>One run at a time in a JVM, as in Spark. Safe for several threads.
 */
final class BatchOrder implements StreamingListener {
  /** Executors look a watermark up again when theirs is this old. */
  static final long WATERMARK_AGE_MILLIS = 10;

  private static final long NONE = Long.MIN_VALUE;
  private static volatile @Nullable BatchOrder current;

  private final InputDStream<?> input;
  private long tick = NONE;
  private long turn = NONE;
  private long done = NONE;
  private boolean started;
  private boolean ending;
  private @Nullable String failure;

  private BatchOrder(InputDStream<?> input) {
    this.input = input;
  }

  /**
   * Orders the batches of a context that is about to start. Comes after the listener that announces
   * the watermark has been added, so as to hear of a batch's end after it.
   */
  static BatchOrder of(JavaStreamingContext context) {
    InputDStream<?>[] inputs = context.ssc().graph().getInputStreams();
    BatchOrder order = new BatchOrder(inputs[0]);
    context.addStreamingListener(order);
    current = order;
    return order;
  }

  /** Waits until all batches that were begun are done, and notes that the next one is. */
  static void awaitTick(long batch) throws InterruptedException {
    BatchOrder order = current;
    if (order != null) {
      order.await(batch);
    }
  }

  private synchronized void await(long batch) throws InterruptedException {
    // After a failure only a stop ends this.
    while (tick != NONE && (done < tick || failure != null)) {
      wait();
    }
    tick = batch;
  }

  /** Waits, on the driver, for the turn of the batch that is being generated. */
  static void awaitTurn() throws InterruptedException {
    BatchOrder order = current;
    if (order != null) {
      order.await();
    }
  }

  private void await() throws InterruptedException {
    if (awaitDone()) {
      TimeUnit.MILLISECONDS.sleep(2 * WATERMARK_AGE_MILLIS);
    }
  }

  /** Whether there was a batch to wait for. */
  private synchronized boolean awaitDone() throws InterruptedException {
    long batch = input.lastValidTime().milliseconds();
    if (batch == turn) {
      return false;
    }
    long before = turn;
    while (before != NONE && (done < before || failure != null)) {
      if (failure != null && (!started || ending)) {
        // Whoever waits here holds locks that the start and a stop need.
        throw new IllegalStateException("an earlier micro-batch failed: " + failure);
      }
      wait();
    }
    turn = batch;
    return before != NONE;
  }

  /** The context runs, and batches come by the clock. */
  synchronized void started() {
    started = true;
  }

  /** The context is about to be stopped: after a failure nobody waits for a turn any more. */
  synchronized void ending() {
    ending = true;
    notifyAll();
  }

  /** Forgets the run. */
  void ended() {
    if (current == this) {
      current = null;
    }
  }

  @Override
  public synchronized void onOutputOperationCompleted(
      StreamingListenerOutputOperationCompleted completed) {
    if (completed.outputOperationInfo().failureReason().isDefined()) {
      failure = completed.outputOperationInfo().failureReason().get();
      notifyAll();
    }
  }

  @Override
  public synchronized void onBatchCompleted(StreamingListenerBatchCompleted completed) {
    done = Math.max(done, completed.batchInfo().batchTime().milliseconds());
    notifyAll();
  }
}
