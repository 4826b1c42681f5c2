package dev.braid.scene;

import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A few values by name, in the order of the names. An immutable map whose names many such maps
 * share: an answer to a small model's row would otherwise be mostly entries and boxed numbers.
 */
public final class ByName<V> extends AbstractMap<String, V> {
  private final List<String> names;
  private final IntFunction<V> values;

  private ByName(List<String> names, IntFunction<V> values) {
    this.names = names;
    this.values = values;
  }

  /**
   * Numbers by name.
   *
   * @param names distinct; kept, and must not be written to
   * @param values one for each name; kept, and must not be written to
   */
  public static Map<String, Float> of(List<String> names, float[] values) {
    check(names, values.length);
    return new ByName<>(names, i -> values[i]);
  }

  /**
   * Values by name.
   *
   * @param names distinct; kept, and must not be written to
   * @param values one for each name; kept, and must not be written to
   */
  public static <V> Map<String, V> of(List<String> names, V[] values) {
    check(names, values.length);
    return new ByName<>(names, i -> values[i]);
  }

  @Override
  public int size() {
    return names.size();
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return at(name) >= 0;
  }

  @Override
  public @Nullable V get(@Nullable Object name) {
    int at = at(name);
    return at < 0 ? null : values.apply(at);
  }

  @Override
  public Collection<V> values() {
    // Without an entry for each.
    return new AbstractList<>() {
      @Override
      public V get(int at) {
        return values.apply(at);
      }

      @Override
      public int size() {
        return names.size();
      }
    };
  }

  @Override
  public Set<Map.Entry<String, V>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return names.size();
      }

      @Override
      public Iterator<Map.Entry<String, V>> iterator() {
        return new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            return next < names.size();
          }

          @Override
          public Map.Entry<String, V> next() {
            if (!hasNext()) {
              throw new NoSuchElementException();
            }
            int at = next++;
            return Map.entry(names.get(at), values.apply(at));
          }
        };
      }
    };
  }

  private static void check(List<String> names, int values) {
    if (names.size() != values) {
      throw new IllegalArgumentException(
          "each of %s needs a value, but there were: %d".formatted(names, values));
    }
  }

  private int at(@Nullable Object name) {
    // They are few, and a hash is not made for each map.
    return name == null ? -1 : names.indexOf(name);
  }
}
