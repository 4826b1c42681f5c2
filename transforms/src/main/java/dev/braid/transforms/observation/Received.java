package dev.braid.transforms.observation;

import com.google.auto.value.AutoValue;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One record as it came from outside: bytes that should be one observation. The bytes belong to it
 * and must not be changed.
 */
@AutoValue
public abstract class Received {
  @SuppressWarnings("mutable") // Copying every payload would cost more than it protects.
  public abstract byte[] getValue();

  /** Where it stands in a log; files have none. */
  public abstract @Nullable SourcePosition getPosition();

  public static Received of(byte[] value, @Nullable SourcePosition position) {
    return new AutoValue_Received(value, position);
  }

  /** A line of a file. */
  public static Received line(String line) {
    return of(line.getBytes(StandardCharsets.UTF_8), null);
  }
}
