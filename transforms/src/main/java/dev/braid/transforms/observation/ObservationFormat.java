package dev.braid.transforms.observation;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Observation;
import dev.braid.observation.ObservationJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How the bytes of a record hold an observation. Safe for several threads. */
public enum ObservationFormat {
  /** {@link ObservationJson} in UTF-8. */
  JSON {
    @Override
    public Observation parse(byte[] value) throws InvalidObservationException {
      return ObservationJson.parse(new String(value, StandardCharsets.UTF_8));
    }

    @Override
    public @Nullable Instant eventTime(byte[] value) {
      return LineOrigin.eventTime(new String(value, StandardCharsets.UTF_8));
    }

    @Override
    LineOrigin origin(byte[] value) {
      return LineOrigin.of(new String(value, StandardCharsets.UTF_8));
    }
  },

  /** {@link ObservationAvro}. */
  AVRO {
    @Override
    public Observation parse(byte[] value) throws InvalidObservationException {
      return ObservationAvro.parse(value);
    }

    @Override
    public @Nullable Instant eventTime(byte[] value) {
      return ObservationAvro.eventTime(value);
    }

    @Override
    LineOrigin origin(byte[] value) {
      return LineOrigin.UNKNOWN;
    }
  };

  /**
   * Reads one observation.
   *
   * @throws InvalidObservationException if the bytes are none; the message says why
   */
  public abstract Observation parse(byte[] value) throws InvalidObservationException;

  /**
   * The event time alone, for less than a parse; null if it cannot be read. If {@link #parse}
   * succeeds, both agree.
   */
  public abstract @Nullable Instant eventTime(byte[] value);

  /** What bytes that are no observation still say of their origin. */
  abstract LineOrigin origin(byte[] value);
}
