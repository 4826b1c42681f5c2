package dev.braid.transforms.observation;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
    return new String(readBytes(in), StandardCharsets.UTF_8);
  }

  public static void writeLong(long value, OutputStream out) throws IOException {
    out.write(block(8).putLong(value).array());
  }

  public static long readLong(InputStream in) throws IOException {
    return ByteBuffer.wrap(exactly(8, in)).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  public static void writeDouble(double value, OutputStream out) throws IOException {
    writeLong(Double.doubleToRawLongBits(value), out);
  }

  public static double readDouble(InputStream in) throws IOException {
    return Double.longBitsToDouble(readLong(in));
  }

  public static void writeFloat(float value, OutputStream out) throws IOException {
    out.write(block(4).putFloat(value).array());
  }

  public static float readFloat(InputStream in) throws IOException {
    return ByteBuffer.wrap(exactly(4, in)).order(ByteOrder.LITTLE_ENDIAN).getFloat();
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
    ByteBuffer bytes = block(Math.multiplyExact(4, values.length));
    bytes.asFloatBuffer().put(values);
    out.write(bytes.array());
  }

  public static float[] readFloats(InputStream in) throws IOException {
    int length = readInt(in);
    float[] values = new float[length];
    ByteBuffer.wrap(exactly(Math.multiplyExact(4, length), in))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return values;
  }

  private static ByteBuffer block(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static byte[] exactly(int length, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException(
          "%d bytes were expected, but there were %d".formatted(length, bytes.length));
    }
    return bytes;
  }
}
