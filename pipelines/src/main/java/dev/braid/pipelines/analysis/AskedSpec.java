package dev.braid.pipelines.analysis;

import dev.braid.bundle.Bundle;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Need;
import dev.braid.spec.InvalidSpecException;
import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import dev.braid.spec.SpecYaml;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a run is asked: the spec of its bundle, but for the windows that another spec gives. */
final class AskedSpec {
  private AskedSpec() {}

  /**
   * The bundle's spec, with the windows and the budgets to wait of the spec in {@code file}.
   *
   * @param file null for those of the bundle
   * @throws InvalidSpecException if there is no valid spec, or one of other modalities or tasks
   */
  static Spec of(Bundle bundle, @Nullable Path file) {
    if (file == null) {
      return bundle.spec();
    }
    Spec asked = SpecYaml.read(file);
    Spec known = bundle.spec();
    check(file, "modalities", known.modalities().keySet(), asked.modalities().keySet());
    asked
        .modalities()
        .forEach(
            (name, modality) -> {
              ModalitySpec trained = known.modalities().get(name);
              if (trained != null) {
                check(file, "modality '" + name + "'", trained.observed(), modality.observed());
              }
            });
    check(file, "tasks", known.tasks(), asked.tasks());
    return known.withWindows(asked);
  }

  private static void check(Path file, String what, Object trained, Object asked) {
    if (!trained.equals(asked)) {
      throw new InvalidSpecException(
          "%s: the %s must be as in the bundle, %s, but was: %s; a run may change window and wait"
              .formatted(file, what, trained, asked));
    }
  }

  /**
   * Makes sure that the engine does exactly what the run needs.
   *
   * @throws AnalysisException if not; the message says why and what to do
   */
  static void check(Engine engine, List<Need> needs) {
    List<String> refused = Need.refused(needs, engine);
    if (!refused.isEmpty()) {
      throw new AnalysisException(String.join("; ", refused));
    }
  }
}
