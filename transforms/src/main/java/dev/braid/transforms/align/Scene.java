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
   * By modality in the order of the spec, each list in the order of {@link
   * dev.braid.scene.TokenOrder}; only modalities that are present.
   */
  public abstract Map<String, List<Token>> getTokens();

  public static Scene of(
      String entity, Instant windowStart, Instant windowEnd, Map<String, List<Token>> tokens) {
    return new AutoValue_Scene(entity, windowStart, windowEnd, tokens);
  }
}
