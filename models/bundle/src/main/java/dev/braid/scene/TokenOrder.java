package dev.braid.scene;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Which observations of one modality a scene keeps, and in which order: of several with one id the
 * latest, and of more than the modality's {@code maxTokens} the latest. So an observation that is
 * left out of a part of a scene would be left out of the whole, however a scene is put together
 * from parts. {@link NewestTokens} is the same rule, part by part.
 */
public final class TokenOrder {
  private TokenOrder() {}

  /**
   * Sorts by time and then id, keeps the last of several with one id, and of more than {@code max}
   * the latest. The answer does not depend on the order of {@code items}, as long as items with one
   * id and one time are alike; of those that are not, the last in {@code items} is kept.
   */
  public static <T> List<T> select(
      Collection<T> items, Function<T, Instant> time, Function<T, String> id, int max) {
    if (items.size() == 1 && max > 0) {
      return List.copyOf(items);
    }
    List<T> sorted = new ArrayList<>(items);
    sorted.sort(Comparator.comparing(time).thenComparing(id));
    Set<String> seen = new HashSet<>();
    List<T> kept = new ArrayList<>(Math.min(max, sorted.size()));
    for (int i = sorted.size() - 1; i >= 0 && kept.size() < max; i--) {
      if (seen.add(id.apply(sorted.get(i)))) {
        kept.add(sorted.get(i));
      }
    }
    Collections.reverse(kept);
    return List.copyOf(kept);
  }
}
