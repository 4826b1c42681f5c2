package dev.braid.pipelines.demo;

import java.time.Duration;
import java.util.List;

/**
 * The windows whose state was predicted wrong.
 *
 * @param all of them
 * @param atChange those in which the true state changes, so that two answers are nearly as good
 */
record Misses(int all, int atChange) {

  static Misses of(DemoResult result) {
    Duration half = Duration.ofMillis(result.spec().timeWindow("the demo").sizeMillis() / 2);
    int all = 0;
    int atChange = 0;
    for (List<ScoredWindow> windows : result.byMachine().values()) {
      for (ScoredWindow window : windows) {
        if (!window.isRight()) {
          all++;
          atChange += isAtChange(window, windows, half) ? 1 : 0;
        }
      }
    }
    return new Misses(all, atChange);
  }

  /** A window's truth is the state that held longest: it turns when a change is in its middle. */
  private static boolean isAtChange(
      ScoredWindow window, List<ScoredWindow> windows, Duration half) {
    return windows.stream()
        .anyMatch(
            other ->
                !other.state().equals(window.state())
                    && Duration.between(
                                window.prediction().getWindowEnd(),
                                other.prediction().getWindowEnd())
                            .abs()
                            .compareTo(half)
                        <= 0);
  }

  /** One sentence about them. */
  String sentence() {
    if (all == 0) {
      return "No window is wrong.";
    }
    return "Of %,d wrong windows %,d are ones in which the state changes.".formatted(all, atChange);
  }
}
