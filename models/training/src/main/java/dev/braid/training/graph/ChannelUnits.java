package dev.braid.training.graph;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which places of which parameters belong together: a unit is a channel, a hidden number or a
 * column that can only be taken out everywhere at once (Fang et al., DepGraph, 2023). Not safe for
 * several threads.
 */
final class ChannelUnits {
  private final List<Integer> parents = new ArrayList<>();
  private final List<String> makers = new ArrayList<>();
  private final Map<Place, Integer> owners = new LinkedHashMap<>();
  private final Set<Integer> pinned = new HashSet<>();
  private final Set<Place> scales = new HashSet<>();

  /** One place along one axis of a parameter. */
  record Place(String parameter, int axis, int index) {}

  /** The units that lie along an axis of a parameter; a parameter that was seen has its own. */
  int[] of(String parameter, int axis, int size) {
    int[] units = new int[size];
    for (int i = 0; i < size; i++) {
      Integer known = owners.get(new Place(parameter, axis, i));
      units[i] = known == null ? fresh(parameter) : known;
      owners.put(new Place(parameter, axis, i), units[i]);
    }
    return units;
  }

  /** Units of no parameter, which cannot be taken out. */
  int[] pinned(int size) {
    int[] units = new int[size];
    for (int i = 0; i < size; i++) {
      units[i] = fresh("");
    }
    pin(units);
    return units;
  }

  /** Adds places along an axis of a parameter to units, the first one at {@code offset}. */
  void tie(int[] units, String parameter, int axis, int offset) {
    for (int i = 0; i < units.length; i++) {
      Integer other = owners.putIfAbsent(new Place(parameter, axis, offset + i), units[i]);
      if (other != null) {
        join(other, units[i]);
      }
    }
  }

  /** Says that a parameter's places measure how much their units matter. */
  void scale(String parameter, int size) {
    for (int i = 0; i < size; i++) {
      scales.add(new Place(parameter, 0, i));
    }
  }

  /** Makes one unit of each two that stand at the same index. */
  void join(int[] a, int[] b) {
    if (a.length != b.length) {
      pin(a);
      pin(b);
      return;
    }
    for (int i = 0; i < a.length; i++) {
      join(a[i], b[i]);
    }
  }

  /** Lets no one take these units out. */
  void pin(int[] units) {
    for (int unit : units) {
      pinned.add(unit);
    }
  }

  /** The units that can be taken out, in groups that compete with each other: one of each layer. */
  Collection<List<PrunableUnit>> groups() {
    Set<Integer> fixed = new HashSet<>();
    pinned.forEach(unit -> fixed.add(root(unit)));
    Map<Integer, Set<Place>> places = new LinkedHashMap<>();
    owners.forEach(
        (place, unit) -> places.computeIfAbsent(root(unit), u -> new LinkedHashSet<>()).add(place));
    Map<String, List<PrunableUnit>> groups = new LinkedHashMap<>();
    places.forEach(
        (unit, its) -> {
          if (!fixed.contains(unit)) {
            Map<String, Map<Integer, List<Integer>>> byParameter = new LinkedHashMap<>();
            List<String> scaled = new ArrayList<>();
            List<Integer> scaledAt = new ArrayList<>();
            for (Place place : its) {
              byParameter
                  .computeIfAbsent(place.parameter(), p -> new HashMap<>())
                  .computeIfAbsent(place.axis(), a -> new ArrayList<>())
                  .add(place.index());
              if (scales.contains(place)) {
                scaled.add(place.parameter());
                scaledAt.add(place.index());
              }
            }
            groups
                .computeIfAbsent(makers.get(unit), m -> new ArrayList<>())
                .add(new PrunableUnit(byParameter, scaled, scaledAt));
          }
        });
    return groups.values();
  }

  private int fresh(String maker) {
    parents.add(parents.size());
    makers.add(maker);
    return parents.size() - 1;
  }

  private int root(int unit) {
    int at = unit;
    while (parents.get(at) != at) {
      at = parents.get(at);
    }
    return at;
  }

  private void join(int a, int b) {
    int first = root(a);
    int second = root(b);
    parents.set(Math.max(first, second), Math.min(first, second));
  }
}
