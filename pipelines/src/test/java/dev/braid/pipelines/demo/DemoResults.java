package dev.braid.pipelines.demo;

import dev.braid.pipelines.analysis.AnalysisReport;
import dev.braid.pipelines.evaluate.EvaluationReport;
import dev.braid.pipelines.evaluate.Scorer;
import dev.braid.pipelines.simulate.PlantSpec;
import dev.braid.transforms.observation.DeadLetter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Results of a demo, made by hand. */
final class DemoResults {
  private DemoResults() {}

  static DemoResult of(List<ScoredWindow> windows) {
    return of(Path.of("braid-demo"), windows, List.of());
  }

  static DemoResult of(Path output, List<ScoredWindow> windows, List<DeadLetter> deadLetters) {
    Scorer scorer = new Scorer(PlantSpec.spec());
    for (ScoredWindow window : windows) {
      scorer.add(
          Map.of("state", window.state(), "health", window.health()),
          window.prediction().getAnswer(),
          window.prediction().getPresent());
    }
    return new DemoResult(
        new DemoOptions(output, 7, 2, 5),
        PlantSpec.spec(),
        6,
        new AnalysisReport(1234, windows.size(), deadLetters.size(), 0, 0, 1, 1, "sha256:0123"),
        Duration.ofMillis(4321),
        windows,
        deadLetters,
        EvaluationReport.of(scorer, "sha256:0123", Map.of()));
  }
}
