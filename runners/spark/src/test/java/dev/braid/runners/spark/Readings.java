package dev.braid.runners.spark;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the streaming tests send, and what must come of it. */
final class Readings {
  static final Duration WINDOW = Duration.ofSeconds(10);
  static final Duration PERIOD = Duration.ofSeconds(5);

  /** A reading comes at most so much later than a later one of its partition. */
  static final Duration DISORDER = Duration.ofSeconds(2);

  /** The key of the readings that only move the watermark. */
  static final String CLOSING = "closing";

  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final int KEYS = 40;

  /** One reading, sent as {@code key,millis,id}. */
  record Reading(String key, long millis, String id) {
    static Reading parse(String line) {
      String[] parts = line.split(",");
      return new Reading(parts[0], Long.parseLong(parts[1]), parts[2]);
    }

    String line() {
      return key + "," + millis + "," + id;
    }
  }

  private Readings() {}

  /** A reading a second of every key, in the order in which they are sent. */
  static List<Reading> of(Duration span, int seed) {
    Random random = new Random(seed);
    Map<Reading, Long> sent = new HashMap<>();
    for (int second = 0; second < span.toSeconds(); second++) {
      for (int key = 0; key < KEYS; key++) {
        long millis = BEGIN.plusSeconds(second).toEpochMilli() + random.nextInt(1000);
        Reading reading = new Reading("k" + key, millis, seed + "-" + second);
        sent.put(reading, millis + random.nextInt((int) DISORDER.toMillis()));
      }
    }
    return sent.keySet().stream()
        .sorted(Comparator.comparing((Reading r) -> sent.get(r)).thenComparing(Reading::line))
        .toList();
  }

  /** A reading that moves the watermark past all windows of a span. */
  static Reading closing(Duration span) {
    return new Reading(CLOSING, BEGIN.plus(span).plusSeconds(60).toEpochMilli(), "end");
  }

  /** The ids of each key in each window, sorted, by {@code key|end of the window in millis}. */
  static Map<String, String> windows(List<Reading> readings) {
    Map<String, TreeSet<String>> windows = new TreeMap<>();
    for (Reading reading : readings) {
      long latest = Math.floorDiv(reading.millis(), PERIOD.toMillis()) * PERIOD.toMillis();
      for (long start = latest;
          start > reading.millis() - WINDOW.toMillis();
          start -= PERIOD.toMillis()) {
        windows
            .computeIfAbsent(
                reading.key() + "|" + (start + WINDOW.toMillis()), w -> new TreeSet<>())
            .add(reading.id());
      }
    }
    return windows.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, w -> String.join(" ", w.getValue())));
  }

  /** How many readings each key has in each window, by the same names. */
  static Map<String, String> counts(List<Reading> readings) {
    Map<String, String> counts = new TreeMap<>();
    windows(readings).forEach((window, ids) -> counts.put(window, "" + ids.split(" ").length));
    return counts;
  }

  /** Every n-th list gets the readings of the keys that fall to it. */
  static List<List<Reading>> split(List<Reading> readings, int parts) {
    List<List<Reading>> split = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      int part = i;
      split.add(
          readings.stream().filter(r -> Math.floorMod(r.key().hashCode(), parts) == part).toList());
    }
    return split;
  }
}
