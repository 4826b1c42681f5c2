package dev.braid.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.analysis.Oracle;
import dev.braid.scene.Answer;
import dev.braid.transforms.fuse.Prediction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Predictions as a reader of some sink finds them, to be held to the oracle. */
final class FoundPredictions {
  private final Map<String, Prediction> byKey = new TreeMap<>();
  private final Map<String, String> keys = new HashMap<>();
  private final List<String> again = new ArrayList<>();

  /** Takes one more; one of a window that was found before must be the same. */
  void add(Prediction prediction) {
    String key = prediction.getEntity() + "|" + prediction.getWindowEnd();
    String same = keys.put(prediction.getId(), key);
    assertThat(same == null || same.equals(key)).as("one id for two windows: " + key).isTrue();
    Prediction other = byKey.put(key, prediction);
    if (other != null) {
      again.add(key);
      assertThat(prediction.getId()).isEqualTo(other.getId());
      assertThat(prediction.getPresent()).as("repeated " + key).isEqualTo(other.getPresent());
      assertSame(key, prediction.getAnswer(), other.getAnswer());
    }
  }

  /** How many windows were found. */
  int count() {
    return byKey.size();
  }

  /** How often a prediction was found again. */
  int repeatedCount() {
    return again.size();
  }

  boolean hasAll(Map<String, Oracle.Expected> expected) {
    return byKey.keySet().containsAll(expected.keySet());
  }

  /** Which are not there, for a message. */
  String missing(Map<String, Oracle.Expected> expected) {
    Set<String> missing = new TreeSet<>(expected.keySet());
    missing.removeAll(byKey.keySet());
    return "all %d windows are answered; %d are missing, such as %s"
        .formatted(expected.size(), missing.size(), missing.stream().limit(5).toList());
  }

  /**
   * Holds each one to the oracle's.
   *
   * @param once whether each must be there exactly once, and not only under one id
   */
  void compare(Map<String, Oracle.Expected> expected, boolean once) {
    assertThat(byKey.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (key, scene) -> {
          assertThat(byKey.get(key).getPresent()).as(key).isEqualTo(scene.present());
          assertSame(key, byKey.get(key).getAnswer(), scene.answer());
          assertThat(byKey.get(key).getRevision()).as(key).isZero();
        });
    if (once) {
      assertThat(again).as("found again").isEmpty();
    }
  }

  private static void assertSame(String key, Answer found, Answer expected) {
    assertThat(found)
        .as(key)
        .usingRecursiveComparison()
        .withEqualsForType((a, b) -> Math.abs(a - b) <= 1e-4f, Float.class)
        .isEqualTo(expected);
  }
}
