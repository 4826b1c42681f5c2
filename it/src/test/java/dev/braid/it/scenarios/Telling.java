package dev.braid.it.scenarios;

import dev.braid.it.scenarios.Story.Fate;
import dev.braid.pipelines.analysis.Oracle;
import dev.braid.pipelines.analysis.Oracle.Expected;
import dev.braid.spec.WindowSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What was told of a story so far, and what must be answered to it: by the oracle, which is given,
 * for each window, the observations that came while it was open. Used by one thread.
 */
final class Telling {
  private final Story story;
  private final Oracle oracle;
  private final long allowedLatenessMillis;
  private final boolean inOrder;
  private final List<Story.Publish> observations = new ArrayList<>();
  private final Set<String> awaited = new HashSet<>();
  private final List<PublishedDeadLetter> dead = new ArrayList<>();
  private @Nullable Version serving;
  private Set<String> undecided = Set.of();
  private int computedOf = -1;
  private Map<String, Expected> expected = Map.of();

  Telling(Story story, Oracle oracle, Setting setting) {
    this.story = story;
    this.oracle = oracle;
    this.allowedLatenessMillis =
        setting.spec().window() instanceof WindowSpec.Time time ? time.allowedLatenessMillis() : 0;
    this.inOrder = setting.isOrdered();
  }

  Story story() {
    return story;
  }

  /** The record has come. */
  void told(Story.Publish record) {
    if (record.fate() == Fate.ANSWERED) {
      observations.add(record);
    }
  }

  /** A record has come that must become a dead letter. */
  void dead(PublishedDeadLetter letter) {
    dead.add(letter);
  }

  List<PublishedDeadLetter> dead() {
    return dead;
  }

  /** An answer of that key was there. */
  void awaited(String key) {
    awaited.add(key);
  }

  /** The answers to a stream, the last one for each key. */
  Map<String, Expected> expected() {
    if (computedOf != observations.size()) {
      expected = expected(oracle);
      computedOf = observations.size();
    }
    return expected;
  }

  /** The same as another oracle gives them. */
  Map<String, Expected> expected(Oracle other) {
    // Windows that are cut in order have no end before they are cut.
    return inOrder
        ? answers(other, record -> Instant.MIN)
        : answers(
            other,
            record ->
                record.passed().equals(Instant.MIN)
                    ? Instant.MIN
                    : record.passed().minusMillis(allowedLatenessMillis));
  }

  /**
   * From now on that version serves, so that it answers all windows of which nothing has come.
   *
   * @param version null if it may be one or another
   */
  void serves(@Nullable Version version) {
    undecided = Set.copyOf(expected().keySet());
    serving = version;
  }

  /** Which version must have answered, by key; other windows may have been answered by any. */
  Map<String, Version> served() {
    Map<String, Version> served = new HashMap<>();
    if (serving != null) {
      for (String key : expected().keySet()) {
        if (!undecided.contains(key)) {
          served.put(key, serving);
        }
      }
    }
    return served;
  }

  /** Keys of answers that must have been others before. */
  Set<String> corrected() {
    Set<String> corrected = new HashSet<>(awaited);
    boolean inTime = observations.stream().allMatch(record -> record.passed().equals(Instant.MIN));
    if (!inOrder && !inTime) {
      Map<String, Expected> first = answers(oracle, Story.Publish::passed);
      expected()
          .forEach(
              (key, last) -> {
                if (first.containsKey(key) && !first.get(key).equals(last)) {
                  corrected.add(key);
                }
              });
    }
    return corrected;
  }

  /** The answers if an observation is part of the windows that end after an instant of its own. */
  private Map<String, Expected> answers(Oracle by, Function<Story.Publish, Instant> closed) {
    Map<Instant, List<String>> byClosed = new HashMap<>();
    for (Story.Publish record : observations) {
      byClosed.computeIfAbsent(closed.apply(record), c -> new ArrayList<>()).add(record.value());
    }
    TreeSet<Instant> instants = new TreeSet<>(byClosed.keySet());
    Map<String, Expected> answers = new TreeMap<>();
    List<String> lines = new ArrayList<>();
    for (Instant instant : instants) {
      lines.addAll(byClosed.get(instant));
      Instant next = instants.higher(instant);
      by.answer(lines)
          .forEach(
              (key, answer) -> {
                if (answer.end().isAfter(instant)
                    && (next == null || !answer.end().isAfter(next))) {
                  answers.put(key, answer);
                }
              });
    }
    return answers;
  }
}
