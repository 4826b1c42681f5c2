package dev.braid.pipelines.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * How good the predicted state is where a modality is missing.
 *
 * @param missing what is missing, in words
 */
record ModalityScore(String missing, int windows, int right) {

  /**
   * First the windows that have all modalities, then those without each one, then all of those that
   * lack any. One that misses two counts in both.
   */
  static List<ModalityScore> of(List<String> modalities, List<ScoredWindow> scored) {
    List<ModalityScore> scores = new ArrayList<>();
    scores.add(of("nothing", scored, present -> present.containsAll(modalities)));
    for (String modality : modalities) {
      scores.add(of(modality, scored, present -> !present.contains(modality)));
    }
    scores.add(of("any", scored, present -> !present.containsAll(modalities)));
    return scores;
  }

  private static ModalityScore of(
      String missing, List<ScoredWindow> scored, Predicate<List<String>> matches) {
    List<ScoredWindow> windows =
        scored.stream().filter(w -> matches.test(w.prediction().getPresent())).toList();
    return new ModalityScore(
        missing, windows.size(), (int) windows.stream().filter(ScoredWindow::isRight).count());
  }

  /** The share of right states, NaN without windows. */
  double accuracy() {
    return (double) right / windows;
  }
}
