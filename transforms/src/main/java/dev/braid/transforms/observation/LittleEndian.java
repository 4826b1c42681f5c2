package dev.braid.transforms.observation;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.util.VarInt;

/**
 * The parts that Braid's coders are made of. Lengths are variable-length integers; numbers are
 * little-endian, and an array of floats is written and read as one block. Every part ends where it
 * says, so that parts follow each other without separators.
 */
public final class LittleEndian {
  private static final int SCRATCH_FLOATS = 2048;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle FLOATS =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  /** Bytes on their way, and the same bytes as floats. */
  private static final class Scratch {
    final byte[] bytes = new byte[4 * SCRATCH_FLOATS];
    final FloatBuffer floats =
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  private LittleEndian() {}

  public static void writeInt(int value, OutputStream out) throws IOException {
    VarInt.encode(value, out);
  }

  /** Reads a length or a count; a negative one is an error. */
  public static int readInt(InputStream in) throws IOException {
    int value = VarInt.decodeInt(in);
    if (value < 0) {
      throw new CoderException("a length must be 0 or more, but was: " + value);
    }
    return value;
  }

  public static void writeBytes(byte[] bytes, OutputStream out) throws IOException {
    writeInt(bytes.length, out);
    out.write(bytes);
  }

  public static byte[] readBytes(InputStream in) throws IOException {
    return exactly(readInt(in), in);
  }

  public static void writeString(String text, OutputStream out) throws IOException {
    writeBytes(text.getBytes(StandardCharsets.UTF_8), out);
  }

  public static String readString(InputStream in) throws IOException {
    int length = readInt(in);
    return length <= 4 * SCRATCH_FLOATS
        ? new String(scratch(length, in).bytes, 0, length, StandardCharsets.UTF_8)
        : new String(exactly(length, in), StandardCharsets.UTF_8);
  }

  public static void writeLong(long value, OutputStream out) throws IOException {
    byte[] bytes = SCRATCH.get().bytes;
    LONGS.set(bytes, 0, value);
    out.write(bytes, 0, 8);
  }

  public static long readLong(InputStream in) throws IOException {
    return (long) LONGS.get(scratch(8, in).bytes, 0);
  }

  public static void writeDouble(double value, OutputStream out) throws IOException {
    writeLong(Double.doubleToRawLongBits(value), out);
  }

  public static double readDouble(InputStream in) throws IOException {
    return Double.longBitsToDouble(readLong(in));
  }

  public static void writeFloat(float value, OutputStream out) throws IOException {
    byte[] bytes = SCRATCH.get().bytes;
    FLOATS.set(bytes, 0, value);
    out.write(bytes, 0, 4);
  }

  public static float readFloat(InputStream in) throws IOException {
    return (float) FLOATS.get(scratch(4, in).bytes, 0);
  }

  /** Writes an event time of whole milliseconds. */
  public static void writeInstant(Instant time, OutputStream out) throws IOException {
    writeLong(time.toEpochMilli(), out);
  }

  public static Instant readInstant(InputStream in) throws IOException {
    return Instant.ofEpochMilli(readLong(in));
  }

  /** Writes a count and the floats, four bytes each. */
  public static void writeFloats(float[] values, OutputStream out) throws IOException {
    writeInt(values.length, out);
    Scratch scratch = SCRATCH.get();
    for (int from = 0; from < values.length; from += SCRATCH_FLOATS) {
      int count = Math.min(SCRATCH_FLOATS, values.length - from);
      scratch.floats.put(0, values, from, count);
      out.write(scratch.bytes, 0, 4 * count);
    }
  }

  public static float[] readFloats(InputStream in) throws IOException {
    float[] values = new float[readInt(in)];
    for (int from = 0; from < values.length; from += SCRATCH_FLOATS) {
      int count = Math.min(SCRATCH_FLOATS, values.length - from);
      scratch(4 * count, in).floats.get(0, values, from, count);
    }
    return values;
  }

  /** This thread's scratch with the next bytes at its beginning. */
  private static Scratch scratch(int length, InputStream in) throws IOException {
    Scratch scratch = SCRATCH.get();
    int read = in.readNBytes(scratch.bytes, 0, length);
    if (read < length) {
      throw truncated(length, read);
    }
    return scratch;
  }

  private static byte[] exactly(int length, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw truncated(length, bytes.length);
    }
    return bytes;
  }

  private static EOFException truncated(int expected, int found) {
    return new EOFException("%d bytes were expected, but there were %d".formatted(expected, found));
  }
}
