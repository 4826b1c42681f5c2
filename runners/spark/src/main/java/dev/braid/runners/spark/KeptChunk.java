package dev.braid.runners.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.WindowedValue;
import org.apache.spark.util.KnownSizeEstimation;
import org.apache.spark.util.SizeEstimator;
import scala.Tuple2;

/**
 * Outputs of a step that lie in memory together, with the size that Spark should reckon with. The
 * bytes of an element are estimated with the first {@value #SAMPLE} of a partition's first chunk,
 * its second, the fourth and so on, and taken to be the same in those between.
 */
final class KeptChunk implements KnownSizeEstimation {
  private static final int MOST_OUTPUTS = 256;

  /** Spark walks through every object whose size it estimates. */
  private static final int SAMPLE = 16;

  /** A chunk of several outputs has no more, as far as can be foreseen. */
  private static final long MOST_BYTES = 1L << 20;

  private final List<Tuple2<TupleTag<?>, WindowedValue<?>>> outputs;
  private final long bytes;

  private KeptChunk(List<Tuple2<TupleTag<?>, WindowedValue<?>>> outputs, long bytes) {
    this.outputs = outputs;
    this.bytes = bytes;
  }

  /** The chunks of one partition. */
  static Iterator<KeptChunk> of(Iterator<Tuple2<TupleTag<?>, WindowedValue<?>>> outputs) {
    return new Chunks(outputs);
  }

  /** What it has of one output, in order. */
  Iterator<WindowedValue<?>> outputs(TupleTag<?> tag) {
    List<WindowedValue<?>> found = new ArrayList<>(outputs.size());
    for (Tuple2<TupleTag<?>, WindowedValue<?>> output : outputs) {
      if (output._1().equals(tag)) {
        found.add(output._2());
      }
    }
    return found.iterator();
  }

  @Override
  public long estimatedSize() {
    return bytes;
  }

  private static final class Chunks implements Iterator<KeptChunk> {
    private final Iterator<Tuple2<TupleTag<?>, WindowedValue<?>>> outputs;
    private long made;
    private long measuredOutputs;
    private long measuredBytes;

    Chunks(Iterator<Tuple2<TupleTag<?>, WindowedValue<?>>> outputs) {
      this.outputs = outputs;
    }

    @Override
    public boolean hasNext() {
      return outputs.hasNext();
    }

    @Override
    public KeptChunk next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      // One at first, when nothing is known yet.
      long most = made == 0 ? 1 : Math.min(MOST_OUTPUTS, MOST_BYTES / bytesOf(1));
      List<Tuple2<TupleTag<?>, WindowedValue<?>>> taken = new ArrayList<>();
      do {
        taken.add(outputs.next());
      } while (taken.size() < most && outputs.hasNext());
      made++;
      if (Long.bitCount(made) == 1) {
        List<?> sample = new ArrayList<>(taken.subList(0, Math.min(SAMPLE, taken.size())));
        measuredBytes += SizeEstimator.estimate(sample);
        measuredOutputs += sample.size();
      }
      return new KeptChunk(taken, bytesOf(taken.size()));
    }

    private long bytesOf(int count) {
      return Math.max(1, measuredBytes * count / measuredOutputs);
    }
  }
}
