package dev.braid.pipelines.evaluate;

import dev.braid.dataset.AnomalyWindow;
import dev.braid.dataset.Dataset;
import dev.braid.dataset.LabelledScene;
import dev.braid.dataset.Split;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How well a bundle finds the labelled anomalies of a data set, beside a rolling z-score of the
 * same scenes whose threshold is the same quantile of the same validation scenes.
 *
 * @param threshold of the bundle
 * @param zThreshold of the z-score; null where the data set has no validation scenes to fit it on
 * @param entities by name
 */
public record AnomalyReport(
    double threshold, @Nullable Double zThreshold, Scores all, Map<String, Scores> entities) {

  /**
   * Both scores of the same scenes.
   *
   * @param zScore null where it has no threshold
   */
  public record Scores(AnomalyScore braid, @Nullable AnomalyScore zScore) {}

  /**
   * The report of what a bundle answered.
   *
   * @param answered the scenes with the bundle's scores
   * @param threshold above which the bundle calls a scene an anomaly
   */
  public static AnomalyReport of(
      Dataset data,
      Collection<AnomalyWindow> labelled,
      List<SceneScore> answered,
      double threshold) {
    record Scene(String entity, Instant start) {}
    Set<Scene> known = new HashSet<>();
    answered.forEach(score -> known.add(new Scene(score.entity(), score.start())));
    List<LabelledScene> scenes =
        data.scenes().stream()
            .filter(s -> known.contains(new Scene(s.entity(), s.start())))
            .toList();
    List<LabelledScene> validation = data.scenes(Split.VALIDATION);
    Double zThreshold =
        validation.isEmpty()
            ? null
            : quantile(RollingZScore.of(validation), data.spec().anomalyQuantile());
    List<SceneScore> rolling = zThreshold == null ? List.of() : RollingZScore.of(scenes);
    Map<String, Scores> entities = new LinkedHashMap<>();
    for (String entity : scenes.stream().map(LabelledScene::entity).distinct().toList()) {
      List<AnomalyWindow> mine =
          labelled.stream().filter(window -> window.entity().equals(entity)).toList();
      entities.put(
          entity,
          scores(
              mine,
              answered.stream().filter(score -> score.entity().equals(entity)).toList(),
              threshold,
              rolling.stream().filter(score -> score.entity().equals(entity)).toList(),
              zThreshold));
    }
    return new AnomalyReport(
        threshold,
        zThreshold,
        scores(labelled, answered, threshold, rolling, zThreshold),
        entities);
  }

  private static Scores scores(
      Collection<AnomalyWindow> labelled,
      List<SceneScore> braid,
      double threshold,
      List<SceneScore> rolling,
      @Nullable Double zThreshold) {
    return new Scores(
        AnomalyScore.of(flags(braid, threshold), labelled),
        zThreshold == null ? null : AnomalyScore.of(flags(rolling, zThreshold), labelled));
  }

  private static List<AnomalyScore.Flag> flags(List<SceneScore> scores, double threshold) {
    return scores.stream()
        .map(s -> new AnomalyScore.Flag(s.entity(), s.start(), s.end(), s.score() > threshold))
        .toList();
  }

  /** As training fits the bundle's threshold: the least score that so many do not exceed. */
  private static double quantile(List<SceneScore> scores, double quantile) {
    double[] sorted = scores.stream().mapToDouble(SceneScore::score).toArray();
    Arrays.sort(sorted);
    return sorted[Math.max(0, (int) Math.ceil(quantile * sorted.length) - 1)];
  }

  /** The members of the report's JSON object. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>(map(all));
    map.put("threshold", threshold);
    if (zThreshold != null) {
      map.put("zThreshold", zThreshold);
    }
    Map<String, Object> each = new LinkedHashMap<>();
    entities.forEach((entity, scores) -> each.put(entity, map(scores)));
    map.put("entities", each);
    return map;
  }

  private static Map<String, Object> map(Scores scores) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("braid", scores.braid());
    if (scores.zScore() != null) {
      map.put("zScore", scores.zScore());
    }
    return map;
  }

  /** The report as a table for people, line by line. */
  public List<String> toTable() {
    int width = Math.max(9, entities.keySet().stream().mapToInt(String::length).max().orElse(0));
    String form = "%-" + width + "s  %-7s %5s %7s %11s %9s %6s %6s";
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        form.formatted(
            "anomalies", "score", "found", "flagged", "falseAlarms", "precision", "recall", "f1"));
    entities.forEach((entity, scores) -> add(lines, form, entity, scores));
    add(lines, form, "all", all);
    return lines;
  }

  private static void add(List<String> lines, String form, String entity, Scores scores) {
    lines.add(line(form, entity, "braid", scores.braid()));
    AnomalyScore zScore = scores.zScore();
    if (zScore != null) {
      lines.add(line(form, "", "z-score", zScore));
    }
  }

  private static String line(String form, String entity, String method, AnomalyScore score) {
    return form.formatted(
        entity,
        method,
        score.found() + "/" + score.windows(),
        score.flagged(),
        score.falseAlarms(),
        share(score.precision()),
        share(score.recall()),
        share(score.f1()));
  }

  private static String share(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
