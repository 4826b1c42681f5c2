package dev.braid.transforms.align;

import dev.braid.spec.Spec;
import java.io.Serializable;
import java.time.Instant;
import java.util.LinkedHashMap;

/** How long the answer to a scene waits for modalities that it lacks. Safe for several threads. */
final class WaitBudgets implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Milliseconds past the end of the window, by modality that is waited for. */
  private final LinkedHashMap<String, Long> millis = new LinkedHashMap<>();

  private WaitBudgets() {}

  static WaitBudgets of(Spec spec) {
    WaitBudgets budgets = new WaitBudgets();
    spec.modalities()
        .forEach(
            (name, modality) -> {
              if (!modality.waitBudget().isZero()) {
                budgets.millis.put(name, modality.waitBudget().toMillis());
              }
            });
    return budgets;
  }

  /** Whether nothing is waited for. */
  boolean isEmpty() {
    return millis.isEmpty();
  }

  /** When the scene is answered whatever it lacks: the end of its window if it lacks nothing. */
  Instant deadline(Scene scene) {
    long longest = 0;
    for (var budget : millis.entrySet()) {
      if (!scene.getTokens().containsKey(budget.getKey())) {
        longest = Math.max(longest, budget.getValue());
      }
    }
    return scene.getWindowEnd().plusMillis(longest);
  }
}
