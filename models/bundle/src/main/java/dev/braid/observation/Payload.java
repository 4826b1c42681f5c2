package dev.braid.observation;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an observation holds. Arrays are shared, not copied: whoever makes or takes a payload must
 * not write to them.
 */
public sealed interface Payload {

  /** Text; {@code contentType} is {@code text/plain} unless the observation says otherwise. */
  record Text(String text, String contentType) implements Payload {}

  /** An encoded image or sound that came inline. */
  record Blob(byte[] bytes, String contentType) implements Payload {}

  /** An encoded image or sound that lies below the input's root. */
  record Reference(String uri, String contentType) implements Payload {}

  /**
   * Sensor readings.
   *
   * @param rateHz samples per second, above 0
   * @param values {@code [samples][channels]}, at least one sample, every sample of the same
   *     length; a reading that is missing is NaN
   */
  record Samples(double rateHz, float[][] values) implements Payload {}

  /** Named fields: String, Double, Boolean or null. */
  record Fields(Map<String, Object> values) implements Payload {
    public Fields {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }
}
