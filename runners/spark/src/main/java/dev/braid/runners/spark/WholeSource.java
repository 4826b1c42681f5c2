package dev.braid.runners.spark;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.util.CoderUtils;
import org.jspecify.annotations.Nullable;

/**
 * A source that is never split, so that one reader reads all partitions of the source that it wraps
 * and reports the minimum of their watermarks. Beam's Spark runner takes the maximum over splits,
 * and then drops what slower splits still hold.
 *
 * <p>The wrapped source is split into one exactly once, when the pipeline is translated: a run that
 * resumes from a checkpoint reads the same partitions.
 */
final class WholeSource<T, M extends UnboundedSource.CheckpointMark>
    extends UnboundedSource<T, ReadMark> {
  private static final long serialVersionUID = 1L;

  private final UnboundedSource<T, M> inner;

  /** Tells this read from every other one in a JVM that outlives runs. */
  private final String id = UUID.randomUUID().toString();

  private @Nullable UnboundedSource<T, M> whole;

  WholeSource(UnboundedSource<T, M> inner) {
    this.inner = inner;
  }

  /**
   * This source alone. The runner asks for it on the driver, once for every micro-batch and just
   * before it reads, so this is where a batch waits for the one before it.
   */
  @Override
  public synchronized List<WholeSource<T, M>> split(int desired, PipelineOptions options)
      throws Exception {
    if (whole == null) {
      whole = onlySplit(options);
    }
    BatchOrder.awaitTurn();
    return List.of(this);
  }

  private UnboundedSource<T, M> onlySplit(PipelineOptions options) throws Exception {
    List<? extends UnboundedSource<T, M>> splits = inner.split(1, options);
    if (splits.size() != 1) {
      throw new IllegalArgumentException(
          "Spark drops data of a source that splits, and %s split into %d when asked for one"
              .formatted(inner.getClass().getSimpleName(), splits.size()));
    }
    return splits.get(0);
  }

  @Override
  public UnboundedReader<T> createReader(PipelineOptions options, @Nullable ReadMark mark)
      throws IOException {
    return WholeReader.open(this, options, mark);
  }

  /** A reader of the wrapped source, from a mark or from its start. */
  UnboundedReader<T> open(PipelineOptions options, @Nullable ReadMark mark) throws IOException {
    UnboundedSource<T, M> source = whole;
    if (source == null) {
      throw new IllegalStateException("%s is read before it was split".formatted(inner));
    }
    return source.createReader(
        options,
        mark == null
            ? null
            : CoderUtils.decodeFromByteArray(source.getCheckpointMarkCoder(), mark.inner()));
  }

  /** The mark of a reader of the wrapped source in its encoded form. */
  @SuppressWarnings("unchecked") // The reader is this source's.
  byte[] encode(CheckpointMark mark) throws IOException {
    return CoderUtils.encodeToByteArray(inner.getCheckpointMarkCoder(), (M) mark);
  }

  String id() {
    return id;
  }

  @Override
  public Coder<ReadMark> getCheckpointMarkCoder() {
    return new ReadMark.MarkCoder();
  }

  @Override
  public Coder<T> getOutputCoder() {
    return inner.getOutputCoder();
  }

  @Override
  public void validate() {
    inner.validate();
  }

  @Override
  public boolean requiresDeduping() {
    return inner.requiresDeduping();
  }

  @Override
  public String toString() {
    return "whole " + inner;
  }
}
