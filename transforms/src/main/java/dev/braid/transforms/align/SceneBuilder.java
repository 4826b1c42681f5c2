package dev.braid.transforms.align;

import dev.braid.scene.Token;
import dev.braid.scene.TokenOrder;
import dev.braid.transforms.featurize.Embedding;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Lays the embeddings in one window out as scenes, one for each entity, the same ones in whatever
 * order they come. Safe for several threads.
 */
final class SceneBuilder implements Serializable {
  private static final long serialVersionUID = 1L;

  // Two that share id and time but differ still need one order on every runner.
  private static final Comparator<Embedding> BY_VECTOR =
      (a, b) -> Arrays.compare(a.getVector(), b.getVector());

  /** Tokens that a scene keeps at most, by modality in the order of the spec. */
  private final LinkedHashMap<String, Integer> tokens;

  /**
   * A scene and what was left out of it.
   *
   * @param duplicates embeddings whose id another one of their modality bears
   */
  record Built(Scene scene, int duplicates) {}

  SceneBuilder(Map<String, Integer> tokens) {
    this.tokens = new LinkedHashMap<>(tokens);
  }

  /** The scenes of all entities, sorted by entity. */
  List<Built> build(Instant start, Instant end, Iterable<Embedding> embeddings) {
    Map<String, List<Embedding>> byEntity = new TreeMap<>();
    for (Embedding embedding : embeddings) {
      byEntity.computeIfAbsent(embedding.getEntity(), e -> new ArrayList<>()).add(embedding);
    }
    List<Built> scenes = new ArrayList<>(byEntity.size());
    byEntity.forEach((entity, ofEntity) -> scenes.add(build(entity, start, end, ofEntity)));
    return scenes;
  }

  /** The scene of one entity. */
  Built build(String entity, Instant start, Instant end, Iterable<Embedding> embeddings) {
    Map<String, List<Embedding>> byModality = new HashMap<>();
    Map<String, Set<String>> ids = new HashMap<>();
    int duplicates = 0;
    for (Embedding embedding : embeddings) {
      String modality = embedding.getModality();
      byModality.computeIfAbsent(modality, m -> new ArrayList<>()).add(embedding);
      if (!ids.computeIfAbsent(modality, m -> new HashSet<>()).add(embedding.getId())) {
        duplicates++;
      }
    }
    Map<String, List<Token>> ordered = new LinkedHashMap<>();
    tokens.forEach(
        (modality, most) -> {
          List<Embedding> given = byModality.get(modality);
          if (given != null) {
            given.sort(BY_VECTOR);
            ordered.put(
                modality,
                TokenOrder.select(given, Embedding::getTime, Embedding::getId, most).stream()
                    .map(e -> new Token(e.getId(), e.getTime(), e.getVector()))
                    .toList());
          }
        });
    return new Built(
        Scene.of(entity, start, end, Collections.unmodifiableMap(ordered)), duplicates);
  }
}
