package dev.braid.transforms.align;

import dev.braid.scene.NewestTokens;
import dev.braid.scene.Token;
import dev.braid.transforms.featurize.Embedding;
import java.io.Serializable;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Lays the embeddings in one window out as scenes, one for each entity, the same ones in whatever
 * order they come. Safe for several threads.
 */
final class SceneBuilder implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Tokens that a scene keeps at most, by modality in the order of the spec. */
  private final LinkedHashMap<String, Integer> tokens;

  /**
   * A scene and what was left out of it.
   *
   * @param duplicates embeddings whose id another one of their modality bears, in modalities of
   *     which the cap left out none
   * @param leftOut embeddings that the cap left out
   */
  record Built(Scene scene, long duplicates, long leftOut) {
    /** The same as another scene. */
    Built with(Scene other) {
      return new Built(other, duplicates, leftOut);
    }
  }

  SceneBuilder(Map<String, Integer> tokens) {
    this.tokens = new LinkedHashMap<>(tokens);
  }

  /** The most tokens that a scene keeps, by modality. */
  Map<String, Integer> caps() {
    return tokens;
  }

  /** The scene of one entity. */
  Built build(String entity, Instant start, Instant end, Iterable<Embedding> embeddings) {
    Slice slice = new Slice();
    for (Embedding embedding : embeddings) {
      slice.add(embedding, tokens);
    }
    return build(entity, start, end, slice);
  }

  /**
   * The scene of one entity in the window of {@code grid} that begins at {@code start}.
   *
   * @param slices of the entity, by where they begin
   */
  Built build(String entity, SliceGrid grid, long start, NavigableMap<Long, Slice> slices) {
    Slice whole = new Slice();
    for (Slice slice : grid.in(slices, start).values()) {
      whole.add(slice, tokens);
    }
    return build(entity, Instant.ofEpochMilli(start), Instant.ofEpochMilli(grid.end(start)), whole);
  }

  /** The scene of one entity. */
  Built build(String entity, Instant start, Instant end, Slice slice) {
    Map<String, List<Token>> ordered = new LinkedHashMap<>();
    long duplicates = 0;
    long leftOut = 0;
    for (String modality : tokens.keySet()) {
      NewestTokens newest = slice.modalities().get(modality);
      if (newest != null) {
        ordered.put(modality, newest.kept());
        duplicates += newest.duplicates();
        leftOut += newest.leftOut();
      }
    }
    return new Built(
        Scene.of(entity, start, end, Collections.unmodifiableMap(ordered)), duplicates, leftOut);
  }
}
