package dev.braid.transforms;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.beam.sdk.coders.Coder;

/** Writes a value with a coder and reads it back, with something else before and after it. */
public final class RoundTrip {
  private RoundTrip() {}

  public static <T> T of(Coder<T> coder, T value) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(42);
      coder.encode(value, out);
      out.write(43);
      ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
      if (in.read() != 42) {
        throw new AssertionError("the first byte was touched");
      }
      T read = coder.decode(in);
      if (in.read() != 43 || in.read() != -1) {
        throw new AssertionError("the value was not read to its end");
      }
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bytes of a value. */
  public static <T> byte[] bytes(Coder<T> coder, T value) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      coder.encode(value, out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
