package dev.braid.pipelines.io;

import dev.braid.scene.Answer;
import dev.braid.transforms.fuse.Prediction;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Predictions of one minute about a machine, in all their parts. */
public final class SamplePredictions {
  private SamplePredictions() {}

  /** The {@code minute}th of 2026, as first answered. */
  public static Prediction of(String entity, int minute) {
    return of(entity, minute, 0, true, 0.41f);
  }

  /**
   * A revision of the {@code minute}th.
   *
   * @param health what the task of that name estimates
   */
  public static Prediction of(
      String entity, int minute, int revision, boolean isFinal, float health) {
    Map<String, Float> probabilities = new LinkedHashMap<>();
    probabilities.put("normal", 0.03f);
    probabilities.put("leak", 0.97f);
    Map<String, Answer.TaskAnswer> tasks = new LinkedHashMap<>();
    tasks.put("state", new Answer.Classified("leak", 0.97f, probabilities));
    tasks.put("health", new Answer.Estimated(health));
    Map<String, Float> attention = new LinkedHashMap<>();
    attention.put("camera", 0.41f);
    attention.put("log", 0.59f);
    Instant start = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(60L * minute);
    return Prediction.builder()
        .setEntity(entity)
        .setWindowStart(start)
        .setWindowEnd(start.plusSeconds(60))
        .setRevision(revision)
        .setFinal(isFinal)
        .setAnswer(new Answer(tasks, 0.83f, attention))
        .setPresent(List.of("camera", "log"))
        .setAnomalyThreshold(0.6)
        .setModel(new Prediction.Model("plant", "sha256:3f2a77", "cpu", "int8"))
        .build();
  }
}
