package dev.braid.bench;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a {@link WindowLoad} as a stream that ends, with a watermark that follows them. One
 * split a shard, as a topic has partitions. Blocks, because on Flink Beam sums up all metrics for
 * every element of a source.
 */
final class WindowSource extends UnboundedSource<KV<Integer, Integer>, WindowSource.Mark> {
  private static final long serialVersionUID = 1L;

  private final WindowLoad load;
  private final int shard;

  /**
   * @param shard to read; all of them, if it is -1, once it is split
   */
  private WindowSource(WindowLoad load, int shard) {
    this.load = load;
    this.shard = shard;
  }

  static WindowSource of(WindowLoad load) {
    return new WindowSource(load, -1);
  }

  /** How many blocks were read. */
  record Mark(int read) implements CheckpointMark, Serializable {
    @Override
    public void finalizeCheckpoint() {}
  }

  @Override
  public List<WindowSource> split(int desired, PipelineOptions options) {
    List<WindowSource> splits = new ArrayList<>();
    for (int i = 0; i < load.shards(); i++) {
      splits.add(new WindowSource(load, i));
    }
    return splits;
  }

  @Override
  public UnboundedReader<KV<Integer, Integer>> createReader(
      PipelineOptions options, @Nullable Mark mark) {
    return new Reader(this, mark == null ? 0 : mark.read());
  }

  @Override
  public Coder<Mark> getCheckpointMarkCoder() {
    return SerializableCoder.of(Mark.class);
  }

  @Override
  public Coder<KV<Integer, Integer>> getOutputCoder() {
    return KvCoder.of(VarIntCoder.of(), VarIntCoder.of());
  }

  private static final class Reader extends UnboundedReader<KV<Integer, Integer>> {
    private final WindowSource source;
    private int read;
    private boolean over;

    Reader(WindowSource source, int read) {
      this.source = source;
      this.read = read;
    }

    @Override
    public boolean start() throws IOException {
      return advance();
    }

    @Override
    public boolean advance() throws IOException {
      over = read == source.load.blocks();
      if (over) {
        return false;
      }
      read++;
      return true;
    }

    @Override
    public KV<Integer, Integer> getCurrent() {
      if (read == 0 || over) {
        throw new NoSuchElementException();
      }
      return KV.of(source.shard, read - 1);
    }

    @Override
    public Instant getCurrentTimestamp() {
      return Instant.ofEpochMilli(WindowLoad.begin(read - 1).toEpochMilli());
    }

    /** Of the block that was read last: its observations are made of it, and later than it. */
    @Override
    public Instant getWatermark() {
      if (over) {
        return BoundedWindow.TIMESTAMP_MAX_VALUE;
      }
      return read == 0 ? BoundedWindow.TIMESTAMP_MIN_VALUE : getCurrentTimestamp();
    }

    @Override
    public Mark getCheckpointMark() {
      return new Mark(read);
    }

    @Override
    public WindowSource getCurrentSource() {
      return source;
    }

    @Override
    public void close() {}
  }
}
