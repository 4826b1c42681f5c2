package dev.braid.pipelines.demo;

import dev.braid.pipelines.analysis.AnalysisReport;
import dev.braid.pipelines.evaluate.EvaluationReport;
import dev.braid.spec.Spec;
import dev.braid.transforms.observation.DeadLetter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a demo found.
 *
 * @param broken lines that were broken on purpose
 * @param analysis what the run did
 * @param took the time of the run
 * @param scored the predictions whose truth is known, by machine and time
 * @param evaluation what {@code braid evaluate} says of the same windows
 */
public record DemoResult(
    DemoOptions options,
    Spec spec,
    long broken,
    AnalysisReport analysis,
    Duration took,
    List<ScoredWindow> scored,
    List<DeadLetter> deadLetters,
    EvaluationReport evaluation) {

  public DemoResult {
    scored = List.copyOf(scored);
    deadLetters = List.copyOf(deadLetters);
  }

  /** The scored windows of each machine, by time. */
  Map<String, List<ScoredWindow>> byMachine() {
    return scored.stream()
        .collect(
            Collectors.groupingBy(
                window -> window.prediction().getEntity(), TreeMap::new, Collectors.toList()));
  }

  /** A score of {@link #evaluation}; NaN if it has none. */
  double score(String task, String name) {
    return evaluation.tasks().getOrDefault(task, Map.of()).getOrDefault(name, Double.NaN);
  }
}
