package dev.braid.transforms.align;

import com.google.auto.value.AutoValue;
import dev.braid.scene.Token;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** All embeddings of one entity in one window. Immutable. */
@AutoValue
public abstract class Scene {
  public abstract String getEntity();

  /** Inclusive. */
  public abstract Instant getWindowStart();

  /** Exclusive. */
  public abstract Instant getWindowEnd();

  /**
   * In windows by count, which observation of its entity the window's last one is, from 1; 0 in
   * others.
   */
  public abstract long getOrdinal();

  /** How many scenes of this window came before, each of which this one replaces; from 0. */
  public abstract int getRevision();

  /** Whether no later revision can follow. */
  public abstract boolean isFinal();

  /**
   * By modality in the order of the spec, each list in the order of {@link
   * dev.braid.scene.TokenOrder}; only modalities that are present.
   */
  public abstract Map<String, List<Token>> getTokens();

  /** The only scene of a window. */
  public static Scene of(
      String entity, Instant windowStart, Instant windowEnd, Map<String, List<Token>> tokens) {
    return of(entity, windowStart, windowEnd, 0, 0, true, tokens);
  }

  static Scene of(
      String entity,
      Instant windowStart,
      Instant windowEnd,
      long ordinal,
      int revision,
      boolean isFinal,
      Map<String, List<Token>> tokens) {
    return new AutoValue_Scene(entity, windowStart, windowEnd, ordinal, revision, isFinal, tokens);
  }

  /** The same scene as the last one of a window by count. */
  public Scene withOrdinal(long ordinal) {
    return of(
        getEntity(),
        getWindowStart(),
        getWindowEnd(),
        ordinal,
        getRevision(),
        isFinal(),
        getTokens());
  }

  /** The same scene as another revision. */
  public Scene withRevision(int revision, boolean isFinal) {
    return of(
        getEntity(),
        getWindowStart(),
        getWindowEnd(),
        getOrdinal(),
        revision,
        isFinal,
        getTokens());
  }
}
