package dev.braid.transforms.featurize;

import com.google.auto.value.AutoValue;
import java.time.Instant;

/**
 * An encoded observation. Immutable: the vector is shared, not copied, and must not be written to.
 */
@AutoValue
public abstract class Embedding {
  public abstract String getEntity();

  public abstract String getModality();

  /** The observation's id. */
  public abstract String getId();

  /** The observation's event time, in whole milliseconds. */
  public abstract Instant getTime();

  /** What the modality's encoder made of it. */
  @SuppressWarnings("mutable")
  public abstract float[] getVector();

  public static Embedding of(
      String entity, String modality, String id, Instant time, float[] vector) {
    return new AutoValue_Embedding(entity, modality, id, time, vector);
  }
}
