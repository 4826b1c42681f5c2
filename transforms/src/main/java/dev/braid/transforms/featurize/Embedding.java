package dev.braid.transforms.featurize;

import com.google.auto.value.AutoValue;
import dev.braid.scene.Token;
import java.time.Instant;

/**
 * An encoded observation. Immutable: the vector is shared, not copied, and must not be written to.
 */
@AutoValue
public abstract class Embedding {
  public abstract String getEntity();

  public abstract String getModality();

  /** Id, event time in whole milliseconds, and what the modality's encoders made of it. */
  public abstract Token getToken();

  /** The observation's id. */
  public String getId() {
    return getToken().id();
  }

  /** The observation's event time, in whole milliseconds. */
  public Instant getTime() {
    return getToken().time();
  }

  /** What the modality's encoder made of it. */
  public float[] getVector() {
    return getToken().embedding();
  }

  public static Embedding of(String entity, String modality, Token token) {
    return new AutoValue_Embedding(entity, modality, token);
  }

  /** By an encoder that nobody names. */
  public static Embedding of(
      String entity, String modality, String id, Instant time, float[] vector) {
    return of(entity, modality, new Token(id, time, vector));
  }
}
