package dev.braid.observation;

import com.google.auto.value.AutoValue;
import java.time.Instant;

/** One datum of one modality of one entity at one event time. Immutable. */
@AutoValue
public abstract class Observation {
  /** Unique within entity and modality; a second one with the same id is a duplicate. */
  public abstract String getId();

  /** What it is about: the key of everything after. */
  public abstract String getEntity();

  /** The modality's name in the spec. */
  public abstract String getModality();

  /** Event time, in whole milliseconds. */
  public abstract Instant getTime();

  public abstract Payload getPayload();

  public static Observation of(
      String id, String entity, String modality, Instant time, Payload payload) {
    return new AutoValue_Observation(id, entity, modality, time, payload);
  }
}
