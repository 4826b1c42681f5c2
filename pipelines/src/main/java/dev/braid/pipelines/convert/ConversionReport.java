package dev.braid.pipelines.convert;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a conversion made.
 *
 * @param counts by name, in the order of the names
 * @param notes one line for each thing that the source lacks or that was left out
 */
public record ConversionReport(SortedMap<String, Long> counts, List<String> notes) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  public ConversionReport {
    counts = Collections.unmodifiableSortedMap(new TreeMap<>(counts));
    notes = List.copyOf(notes);
  }

  /** How often {@code name} was counted; 0 if never. */
  public long count(String name) {
    return counts.getOrDefault(name, 0L);
  }

  /** Counts while a conversion goes on. */
  static final class Tally {
    private final TreeMap<String, Long> counts = new TreeMap<>();
    private final LinkedHashSet<String> notes = new LinkedHashSet<>();

    void count(String name) {
      add(name, 1);
    }

    void add(String name, long amount) {
      counts.merge(name, amount, Long::sum);
    }

    long counted(String name) {
      return counts.getOrDefault(name, 0L);
    }

    void note(String line) {
      notes.add(line);
    }

    ConversionReport report() {
      return new ConversionReport(counts, List.copyOf(notes));
    }
  }

  /** {@code {"counts":{...},"notes":[...]}}, in one line. */
  public String toJson() {
    ObjectNode node = JSON.createObjectNode();
    ObjectNode numbers = node.putObject("counts");
    counts.forEach(numbers::put);
    ArrayNode lines = node.putArray("notes");
    notes.forEach(lines::add);
    return node.toString();
  }
}
