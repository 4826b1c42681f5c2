package dev.braid.bench;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.io.BoundedSource;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * The blocks of rows that {@link Unfold} makes, in shards, until the run is over: what is left of a
 * shard then is empty. Blocks, as the product reads files, because on Flink Beam sums up all
 * metrics for every element of a source.
 */
final class BlockSource extends BoundedSource<Integer> {
  private static final long serialVersionUID = 1L;

  private final int shards;
  private final long blocksOfShard;

  /**
   * @param shards parts that an engine may read at once, or one after the other
   */
  BlockSource(int shards, long blocksOfShard) {
    this.shards = shards;
    this.blocksOfShard = blocksOfShard;
  }

  @Override
  public List<? extends BoundedSource<Integer>> split(long bytes, PipelineOptions options) {
    return Collections.nCopies(shards, new BlockSource(1, blocksOfShard));
  }

  @Override
  public long getEstimatedSizeBytes(PipelineOptions options) {
    return shards;
  }

  @Override
  public Coder<Integer> getOutputCoder() {
    return VarIntCoder.of();
  }

  @Override
  public BoundedReader<Integer> createReader(PipelineOptions options) {
    return new Reader(this);
  }

  private static final class Reader extends BoundedReader<Integer> {
    private final BlockSource source;
    private long read;

    Reader(BlockSource source) {
      this.source = source;
    }

    @Override
    public boolean start() throws IOException {
      return advance();
    }

    @Override
    public boolean advance() throws IOException {
      if (read == source.blocksOfShard || Meter.current().isOver()) {
        return false;
      }
      read++;
      return true;
    }

    @Override
    public Integer getCurrent() {
      return 0;
    }

    @Override
    public void close() {}

    @Override
    public BoundedSource<Integer> getCurrentSource() {
      return source;
    }
  }
}
