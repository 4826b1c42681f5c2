package dev.braid.pipelines.engine;

import dev.braid.spec.Spec;
import dev.braid.spec.WindowSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A construct that a run needs of its engine.
 *
 * @param remedy what to change so that it is not needed, in the imperative
 */
public record Need(Construct construct, String remedy) {

  /** What the windows of a spec need. Of bounded input nothing is early or late. */
  public static List<Need> of(Spec spec, boolean streaming) {
    List<Need> needs = new ArrayList<>();
    if (!streaming) {
      return needs;
    }
    if (spec.window() instanceof WindowSpec.Count) {
      needs.add(
          new Need(Construct.COUNT_WINDOWS_STREAMING, "give window.size in place of window.count"));
    } else if (spec.window() instanceof WindowSpec.Session) {
      needs.add(new Need(Construct.SESSIONS_STREAMING, "give window.size in place of window.gap"));
    } else if (spec.window() instanceof WindowSpec.Time time) {
      if (!time.early().isZero()) {
        needs.add(new Need(Construct.EARLY_ANSWERS, "leave out window.early"));
      }
      List<String> waits = new ArrayList<>();
      spec.modalities()
          .forEach(
              (name, modality) -> {
                if (!modality.waitBudget().isZero()) {
                  waits.add("modalities.%s.wait".formatted(name));
                }
              });
      if (!waits.isEmpty()) {
        needs.add(new Need(Construct.WAIT_BUDGETS, "leave out " + String.join(", ", waits)));
      }
      if (time.allowedLatenessMillis() > 0) {
        needs.add(new Need(Construct.LATE_REVISIONS, "leave out window.allowedLateness"));
      }
    }
    return needs;
  }

  /** Why an engine refuses this need, in one line that says what to do; empty if it does not. */
  public Optional<String> refusedBy(Engine engine) {
    return engine
        .refusal(construct)
        .map(
            refusal ->
                "the runner %s cannot do %s exactly (%s); use %s, or %s"
                    .formatted(
                        engine.name(),
                        construct.words(),
                        refusal.reason(),
                        String.join(" or ", refusal.runners()),
                        remedy));
  }

  /** Why an engine refuses any of these needs, one line for each. */
  public static List<String> refused(List<Need> needs, Engine engine) {
    return needs.stream().flatMap(need -> need.refusedBy(engine).stream()).toList();
  }
}
