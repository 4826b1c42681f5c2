package dev.braid.training.compress;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a step of compression must not fall below. */
record AccuracyGate(Map<String, Double> before, double maxDrop) {
  /**
   * Lets a step pass.
   *
   * @param after by task, the accuracy (or R2) after the step
   * @throws CompressionRefusedException if a task loses more than it may, or has no figure at all
   */
  void check(String step, Map<String, Double> after) {
    List<String> lost = new ArrayList<>();
    before.forEach(
        (task, was) -> {
          double is = after.getOrDefault(task, Double.NaN);
          // A hair more than the drop, since 0.99 - 0.98 is more than 0.01 in binary.
          if (!(was - is <= maxDrop + 1e-9)) {
            lost.add(String.format(Locale.ROOT, "'%s' %.4f -> %.4f", task, was, is));
          }
        });
    if (!lost.isEmpty()) {
      throw new CompressionRefusedException(
          String.format(
              Locale.ROOT,
              "refused: '%s' loses more than %s on the validation scenes: %s; nothing was written"
                  + " (--max-drop allows more)",
              step,
              maxDrop,
              String.join(", ", lost)));
    }
  }
}
