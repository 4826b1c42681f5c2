package dev.braid.runners.spark;

import java.io.IOException;
import java.util.NoSuchElementException;
import org.apache.beam.runners.spark.io.MicrobatchSource;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.io.UnboundedSource.CheckpointMark;
import org.apache.beam.sdk.io.UnboundedSource.UnboundedReader;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Reads one micro-batch, from exactly the mark at which the batch before it ended.
 *
 * <p>The runner keeps readers from batch to batch and goes on with one wherever it stands: a read
 * that is repeated, because its task failed or its result was lost, would skip what the first
 * attempt took. So a reader of this class is given up at the end of its batch, or of its task if
 * that fails, and the reader of the wrapped source, whose connections are worth keeping, waits in
 * {@link WaitingReaders} for a batch that begins at its very place.
 *
 * <p>The watermark of a batch is the one at its start. A batch that is read twice may end at
 * different places, and the runner may see the end of one reading and the elements of another; the
 * start is the same for both.
 */
final class WholeReader<T> extends UnboundedReader<T> {
  private final WholeSource<T, ?> source;
  private final UnboundedReader<T> inner;
  private final Instant watermark;
  private final Thread owner = Thread.currentThread();
  private boolean started;
  private @Nullable CheckpointMark innerEnd;
  private @Nullable ReadMark end;

  private WholeReader(
      WholeSource<T, ?> source, UnboundedReader<T> inner, Instant watermark, boolean started) {
    this.source = source;
    this.inner = inner;
    this.watermark = watermark;
    this.started = started;
  }

  /** A reader that is closed when the task that opens it ends, if a task does. */
  static <T> WholeReader<T> open(
      WholeSource<T, ?> source, PipelineOptions options, @Nullable ReadMark mark)
      throws IOException {
    UnboundedReader<T> waiting = mark == null ? null : WaitingReaders.take(source, mark);
    WholeReader<T> reader =
        new WholeReader<>(
            source,
            waiting == null ? source.open(options, mark) : waiting,
            mark == null ? BoundedWindow.TIMESTAMP_MIN_VALUE : mark.watermark(),
            waiting != null);
    TaskContext task = TaskContext.get();
    if (task != null) {
      // Drops, and so closes, every reader that the runner keeps in this JVM: this one.
      task.addTaskCompletionListener(
          (TaskCompletionListener) ended -> MicrobatchSource.clearCache());
    }
    return reader;
  }

  @Override
  public boolean start() throws IOException {
    checkReading();
    if (started) {
      return inner.advance();
    }
    started = true;
    return inner.start();
  }

  @Override
  public boolean advance() throws IOException {
    checkReading();
    return inner.advance();
  }

  private void checkReading() {
    if (Thread.currentThread() != owner || end != null) {
      throw new IllegalStateException("a micro-batch is read by one task, once: " + source);
    }
  }

  @Override
  public T getCurrent() throws NoSuchElementException {
    return inner.getCurrent();
  }

  @Override
  public Instant getCurrentTimestamp() throws NoSuchElementException {
    return inner.getCurrentTimestamp();
  }

  @Override
  public Instant getWatermark() {
    return watermark;
  }

  /**
   * Where this batch ends; nothing more is read from then on. The runner asks twice, and is done
   * with this reader the second time. One task may read several batches, if earlier ones were lost.
   */
  @Override
  public CheckpointMark getCheckpointMark() {
    ReadMark mark = end;
    if (mark == null) {
      mark = finish();
    } else {
      MicrobatchSource.clearCache();
    }
    return mark;
  }

  private ReadMark finish() {
    Instant reached = inner.getWatermark();
    CheckpointMark place = inner.getCheckpointMark();
    ReadMark mark;
    try {
      mark = new ReadMark(source.encode(place), reached.isAfter(watermark) ? reached : watermark);
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot encode where the read of %s ended".formatted(source), e);
    }
    innerEnd = place;
    end = mark;
    return mark;
  }

  @Override
  public UnboundedSource<T, ?> getCurrentSource() {
    return source;
  }

  @Override
  public void close() throws IOException {
    if (end != null && innerEnd != null) {
      WaitingReaders.put(source, end, inner, innerEnd);
    } else {
      inner.close();
    }
  }
}
