package dev.braid.pipelines.template;

import java.util.Set;
import java.util.TreeSet;

/**
 * The options of {@code braid run}, without dashes, which are the keys of a template's {@code run}.
 *
 * @param valued those with a value
 * @param flags those without
 */
public record RunKeys(Set<String> valued, Set<String> flags) {
  Set<String> all() {
    Set<String> all = new TreeSet<>(valued);
    all.addAll(flags);
    return all;
  }
}
