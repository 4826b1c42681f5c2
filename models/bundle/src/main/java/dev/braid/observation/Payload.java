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
   * Sensor readings, in one array.
   *
   * @param rateHz samples per second, above 0
   * @param channels readings of one sample, at least 1
   * @param values {@code [samples * channels]}, at least one sample: all channels of the first,
   *     then of the second; a reading that is missing is NaN
   */
  record Samples(double rateHz, int channels, float[] values) implements Payload {
    /**
     * As said.
     *
     * @throws IllegalArgumentException if that is not a whole number of samples, or none
     */
    public Samples {
      if (channels < 1 || values.length == 0 || values.length % channels != 0) {
        throw new IllegalArgumentException(
            "%d readings are not samples of %d channels".formatted(values.length, channels));
      }
    }

    /**
     * From an array for each sample.
     *
     * @param values {@code [samples][channels]}
     * @throws IllegalArgumentException if there is none, or they are not of one length
     */
    public static Samples of(double rateHz, float[][] values) {
      int channels = values.length == 0 ? 0 : values[0].length;
      float[] flat = new float[values.length * channels];
      for (int i = 0; i < values.length; i++) {
        if (values[i].length != channels) {
          throw new IllegalArgumentException(
              "a sample has %d channels, but the first one has %d"
                  .formatted(values[i].length, channels));
        }
        System.arraycopy(values[i], 0, flat, i * channels, channels);
      }
      return new Samples(rateHz, channels, flat);
    }

    /** How many samples there are. */
    public int count() {
      return values.length / channels;
    }

    /**
     * One reading.
     *
     * @param sample 0 for the earliest
     */
    public float at(int sample, int channel) {
      return values[sample * channels + channel];
    }
  }

  /** Named fields: String, Double, Boolean or null. */
  record Fields(Map<String, Object> values) implements Payload {
    public Fields {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }
}
