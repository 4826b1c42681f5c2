package dev.braid.pipelines.demo;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * How well one state is recognised.
 *
 * @param windows that are in it
 * @param predicted windows that are said to be in it
 * @param hits windows that are both
 */
record StateScore(String state, int windows, int predicted, int hits) {

  /** The scores of these states, in their order. */
  static List<StateScore> of(Collection<String> states, List<ScoredWindow> scored) {
    List<StateScore> scores = new ArrayList<>();
    for (String state : states) {
      int windows = 0;
      int predicted = 0;
      int hits = 0;
      for (ScoredWindow window : scored) {
        boolean is = window.state().equals(state);
        boolean said = window.answered().label().equals(state);
        windows += is ? 1 : 0;
        predicted += said ? 1 : 0;
        hits += is && said ? 1 : 0;
      }
      scores.add(new StateScore(state, windows, predicted, hits));
    }
    return scores;
  }

  /** The share of windows that are said to be in it and are, NaN if none is said to be. */
  double precision() {
    return (double) hits / predicted;
  }

  /** The share of windows in it that are said to be, NaN if none is. */
  double recall() {
    return (double) hits / windows;
  }
}
