package dev.braid.it.scenarios;

import dev.braid.pipelines.analysis.Oracle.Expected;
import dev.braid.scene.Answer;
import dev.braid.transforms.fuse.Prediction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** Holds predictions to the oracle, row by row. */
final class Answers {
  private static final double TOLERANCE = 1e-4;

  private Answers() {}

  /** What the oracle names an answer by: the prediction's id without the model. */
  static String key(Prediction prediction) {
    return prediction.getId().substring(0, prediction.getId().lastIndexOf('|'));
  }

  /**
   * What is wrong, one line for each key; none if every answer is there, the last of its revisions
   * right, and nothing else is.
   *
   * @param found the predictions by key
   * @param corrected keys of answers that must have been others before
   */
  static List<String> wrong(
      Map<String, Expected> expected,
      Map<String, List<Prediction>> found,
      Set<String> corrected,
      Setting setting,
      Mode mode) {
    return wrong(expected, (key, last) -> expected.get(key), found, corrected, setting, mode);
  }

  /**
   * The same where it depends on the answer, by its version of the bundle, which one is right.
   *
   * @param right what is right, of a key and the last answer to it
   */
  static List<String> wrong(
      Map<String, Expected> expected,
      BiFunction<String, Prediction, Expected> right,
      Map<String, List<Prediction>> found,
      Set<String> corrected,
      Setting setting,
      Mode mode) {
    List<String> wrong = new ArrayList<>();
    TreeSet<String> keys = new TreeSet<>(expected.keySet());
    keys.addAll(found.keySet());
    for (String key : keys) {
      List<Prediction> revisions =
          found.getOrDefault(key, List.of()).stream()
              .sorted(Comparator.comparing(Prediction::getRevision))
              .toList();
      String reason;
      if (!expected.containsKey(key)) {
        reason = "not an answer of the oracle: " + revisions;
      } else if (revisions.isEmpty()) {
        reason = "no answer";
      } else {
        reason =
            setting.wrong(
                mode,
                revisions.stream().map(Prediction::getRevision).toList(),
                revisions.stream().map(Prediction::isFinal).toList(),
                corrected.contains(key));
        if (reason.isEmpty()) {
          Prediction last = revisions.get(revisions.size() - 1);
          reason = difference(right.apply(key, last), last);
        }
      }
      if (!reason.isEmpty()) {
        wrong.add(key + ": " + reason);
      }
    }
    return wrong;
  }

  /** Where a prediction differs from the oracle; empty if nowhere. */
  static String difference(Expected expected, Prediction found) {
    Map<String, Object> right = flat(expected.answer());
    right.put("start", expected.start());
    right.put("end", expected.end());
    right.put("present", expected.present());
    Map<String, Object> given = flat(found.getAnswer());
    given.put("start", found.getWindowStart());
    given.put("end", found.getWindowEnd());
    given.put("present", found.getPresent());
    if (!right.keySet().equals(given.keySet())) {
      return "has %s, but the oracle %s".formatted(given.keySet(), right.keySet());
    }
    List<String> differences = new ArrayList<>();
    right.forEach(
        (name, value) -> {
          Object other = given.get(name);
          boolean same =
              value instanceof Float a && other instanceof Float b
                  ? Math.abs(a - b) <= TOLERANCE
                  : value.equals(other);
          if (!same) {
            differences.add("%s is %s, but the oracle's %s".formatted(name, other, value));
          }
        });
    return String.join(", ", differences);
  }

  private static Map<String, Object> flat(Answer answer) {
    Map<String, Object> values = new TreeMap<>();
    answer
        .tasks()
        .forEach(
            (task, given) -> {
              if (given instanceof Answer.Classified classified) {
                values.put(task, classified.label());
                values.put(task + ".probability", classified.probability());
                classified
                    .probabilities()
                    .forEach((label, share) -> values.put(task + "." + label, share));
              } else if (given instanceof Answer.Estimated estimated) {
                values.put(task, estimated.value());
              }
            });
    values.put("anomaly", answer.anomalyScore());
    answer.attention().forEach((modality, share) -> values.put("attention." + modality, share));
    return values;
  }
}
