package dev.braid.featurizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import java.io.UncheckedIOException;

/** Makes the featurizer that a modality's kind asks for. */
public final class Featurizers {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // A class without fields is a state too: nothing was fitted.
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .build();

  private Featurizers() {}

  /**
   * Fits a featurizer on the resolved payloads of the training data.
   *
   * @throws InvalidObservationException if a payload is of another kind or out of range
   */
  public static Featurizer fit(ModalitySpec spec, Iterable<Payload> payloads)
      throws InvalidObservationException {
    Statistics statistics = Statistics.of(spec);
    for (Payload payload : payloads) {
      statistics.add(payload);
    }
    return statistics.featurizer();
  }

  /** The fitted state as JSON, for {@link #restore}. */
  public static String toJson(Featurizer featurizer) {
    try {
      return JSON.writeValueAsString(featurizer.state());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The featurizer whose state was written by {@link #toJson}.
   *
   * @throws IllegalArgumentException if the JSON is not the state of such a featurizer
   */
  public static Featurizer restore(ModalitySpec spec, String json) {
    if (spec instanceof ModalitySpec.Text text) {
      return new TextFeaturizer(text, state(json, TextFeaturizer.State.class));
    } else if (spec instanceof ModalitySpec.Sensor sensor) {
      return new SensorFeaturizer(sensor, state(json, SensorFeaturizer.State.class));
    } else if (spec instanceof ModalitySpec.Record fields) {
      return new RecordFeaturizer(fields, state(json, RecordFeaturizer.State.class));
    } else if (spec instanceof ModalitySpec.Image image) {
      state(json, ImageFeaturizer.State.class);
      return new ImageFeaturizer(image);
    } else if (spec instanceof ModalitySpec.Audio audio) {
      state(json, AudioFeaturizer.State.class);
      return new AudioFeaturizer(audio);
    }
    throw new AssertionError(spec);
  }

  private static <T> T state(String json, Class<T> type) {
    try {
      T state = JSON.readValue(json, type);
      if (state == null) {
        throw new IllegalArgumentException("not a featurizer's state: null");
      }
      return state;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "not a featurizer's state: " + e.getOriginalMessage().lines().findFirst().orElse(""), e);
    }
  }
}
