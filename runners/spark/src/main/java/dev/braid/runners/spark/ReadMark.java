package dev.braid.runners.spark;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.joda.time.Instant;

/**
 * Where the read of a micro-batch ended: the mark of the wrapped source, encoded, and the watermark
 * that held there. Immutable.
 */
final class ReadMark implements UnboundedSource.CheckpointMark {
  private final byte[] inner;
  private final Instant watermark;

  ReadMark(byte[] inner, Instant watermark) {
    this.inner = inner;
    this.watermark = watermark;
  }

  /** The wrapped source's mark in the form that its coder gave it. */
  byte[] inner() {
    return inner;
  }

  /** No element that is read after this mark is earlier, unless it is late. */
  Instant watermark() {
    return watermark;
  }

  /** Whether two marks stand at the same place of the same source. */
  boolean isAt(ReadMark other) {
    return Arrays.equals(inner, other.inner);
  }

  /** Does nothing: offsets are committed when the batch is done, see {@link WholeReader}. */
  @Override
  public void finalizeCheckpoint() {}

  /** Marks in their binary form. Safe for several threads. */
  static final class MarkCoder extends AtomicCoder<ReadMark> {
    private static final long serialVersionUID = 1L;

    @Override
    public void encode(ReadMark mark, OutputStream out) throws IOException {
      DataOutputStream data = new DataOutputStream(out);
      data.writeLong(mark.watermark.getMillis());
      data.writeInt(mark.inner.length);
      data.write(mark.inner);
      data.flush();
    }

    @Override
    public ReadMark decode(InputStream in) throws IOException {
      DataInputStream data = new DataInputStream(in);
      Instant watermark = Instant.ofEpochMilli(data.readLong());
      byte[] inner = new byte[data.readInt()];
      data.readFully(inner);
      return new ReadMark(inner, watermark);
    }
  }
}
