package dev.braid.pipelines.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How good a bundle's answers are.
 *
 * @param scenes that were answered and had a label
 * @param tasks the scores by task, as {@link Scorer#tasks} names them
 * @param present the share of scenes that have a modality, by modality
 * @param digest of the bundle
 * @param more members that follow in the JSON object: strings, numbers, or maps of these
 */
public record EvaluationReport(
    int scenes,
    Map<String, Map<String, Double>> tasks,
    Map<String, Double> present,
    String digest,
    Map<String, Object> more) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The report of what a scorer has collected. */
  public static EvaluationReport of(Scorer scorer, String digest, Map<String, Object> more) {
    return new EvaluationReport(
        scorer.scenes(), scorer.tasks(), scorer.present(), digest, new LinkedHashMap<>(more));
  }

  /**
   * This report as one JSON object on one line: {@code
   * {"scenes":N,"tasks":{"digit":{"accuracy":..,"macroF1":..,"ece":..}},"present":{..},"digest":".."}}
   * and then the members of {@code more}.
   */
  public String toJson() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("scenes", scenes);
    all.put("tasks", tasks);
    all.put("present", present);
    all.put("digest", digest);
    more.forEach(all::putIfAbsent);
    try {
      return JSON.writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** This report as a table for people, line by line. */
  public List<String> toTable() {
    int width = tasks.keySet().stream().mapToInt(String::length).max().orElse(4);
    List<String> lines = new java.util.ArrayList<>();
    lines.add("%,d scenes, bundle %s".formatted(scenes, digest));
    lines.add("");
    tasks.forEach(
        (task, scores) ->
            lines.add(
                ("%-" + Math.max(4, width) + "s  ").formatted(task)
                    + scores.entrySet().stream()
                        .map(e -> "%s %.4f".formatted(e.getKey(), e.getValue()))
                        .collect(Collectors.joining("  "))));
    lines.add("");
    lines.add(
        "present: "
            + present.entrySet().stream()
                .map(e -> String.format(Locale.ROOT, "%s %.2f", e.getKey(), e.getValue()))
                .collect(Collectors.joining(", ")));
    return lines;
  }
}
