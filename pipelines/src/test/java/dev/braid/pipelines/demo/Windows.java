package dev.braid.pipelines.demo;

import dev.braid.pipelines.simulate.PlantOptions;
import dev.braid.scene.Answer;
import dev.braid.transforms.fuse.Prediction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scored windows of the plant, made by hand. */
final class Windows {
  static final List<String> MODALITIES = List.of("camera", "log", "vibration", "work_order");

  private Windows() {}

  /** Windows of one machine that follow each other, as {@code truth>prediction} or just both. */
  static List<ScoredWindow> of(String machine, String... states) {
    List<ScoredWindow> windows = new ArrayList<>();
    for (String state : states) {
      String[] parts = state.split(">");
      windows.add(of(machine, windows.size(), parts[0], parts[parts.length - 1], MODALITIES));
    }
    return windows;
  }

  /** The window that ends {@code number} periods of 5 s after the first whole one. */
  static ScoredWindow of(
      String machine, int number, String truth, String predicted, List<String> present) {
    Instant end = PlantOptions.BEGIN.plusSeconds(60 + 5L * number);
    Map<String, Answer.TaskAnswer> tasks = new LinkedHashMap<>();
    tasks.put("state", new Answer.Classified(predicted, 0.75f, Map.of(predicted, 0.75f)));
    tasks.put("health", new Answer.Estimated(0.5f));
    return new ScoredWindow(
        Prediction.builder()
            .setEntity(machine)
            .setWindowStart(end.minusSeconds(60))
            .setWindowEnd(end)
            .setRevision(0)
            .setFinal(true)
            .setAnswer(new Answer(tasks, 0.25f, Map.of("camera", 0.75f, "log", 0.25f)))
            .setPresent(present)
            .setAnomalyThreshold(0.5)
            .setModel(new Prediction.Model("plant", "sha256:0123", "cpu", "fp32"))
            .build(),
        truth,
        0.875);
  }
}
