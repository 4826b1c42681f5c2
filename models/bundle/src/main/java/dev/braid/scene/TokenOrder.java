package dev.braid.scene;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Which observations of one modality a scene keeps, and in which order. */
public final class TokenOrder {
  private TokenOrder() {}

  /**
   * Sorts by time and then id, keeps the first of several with one id, and of more than {@code max}
   * the latest. The answer does not depend on the order of {@code items}, as long as items with one
   * id and one time are alike.
   */
  public static <T> List<T> select(
      Collection<T> items, Function<T, Instant> time, Function<T, String> id, int max) {
    List<T> sorted = new ArrayList<>(items);
    sorted.sort(Comparator.comparing(time).thenComparing(id));
    Set<String> seen = new HashSet<>();
    sorted.removeIf(item -> !seen.add(id.apply(item)));
    return List.copyOf(sorted.subList(Math.max(0, sorted.size() - max), sorted.size()));
  }
}
