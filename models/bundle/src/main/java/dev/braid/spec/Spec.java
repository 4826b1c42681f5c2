package dev.braid.spec;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What Braid is asked to do: the modalities of one entity, the windows, and the tasks. Immutable;
 * the order of modalities and tasks is that of the file and is part of the contract with the model.
 *
 * @param name 1 to 63 letters, digits, {@code _} or {@code -}
 * @param entity what the key stands for; for people only
 * @param modalities 1 to 16 by name
 * @param tasks 1 to 16 by name
 */
public record Spec(
    String name,
    @Nullable EntitySpec entity,
    WindowSpec window,
    Map<String, ModalitySpec> modalities,
    Map<String, TaskSpec> tasks,
    @Nullable AnomalySpec anomaly) {

  public Spec {
    Checks.name(name, "name");
    entity = entity == null ? new EntitySpec("entity") : entity;
    Checks.required(window, "window");
    modalities = ordered(Checks.required(modalities, "modalities"), "modalities");
    tasks = ordered(Checks.required(tasks, "tasks"), "tasks");
    anomaly = anomaly == null ? new AnomalySpec(0.995) : anomaly;
    checkWaits(window, modalities);
  }

  private static void checkWaits(WindowSpec window, Map<String, ModalitySpec> modalities) {
    modalities.forEach(
        (name, modality) -> {
          Duration budget = modality.waitBudget();
          if (budget.isZero()) {
            return;
          }
          if (!(window instanceof WindowSpec.Time time)) {
            throw new InvalidSpecException(
                "spec: modalities.%s.wait needs windows in time, but window is %s"
                    .formatted(name, window.describe()));
          }
          if (budget.toMillis() > time.allowedLatenessMillis()) {
            throw new InvalidSpecException(
                "spec: modalities.%s.wait must be at most window.allowedLateness (%s), since what comes later is dropped, but was: %s"
                    .formatted(
                        name,
                        DurationText.format(Duration.ofMillis(time.allowedLatenessMillis())),
                        DurationText.format(budget)));
          }
        });
  }

  /**
   * The windows, where they must be in time.
   *
   * @param purpose what needs them to be, for the message
   * @throws InvalidSpecException if they are by count or sessions
   */
  public WindowSpec.Time timeWindow(String purpose) {
    if (window instanceof WindowSpec.Time time) {
      return time;
    }
    throw new InvalidSpecException(
        "spec: %s needs windows in time, but window is %s; give window.size in its place"
            .formatted(purpose, window.describe()));
  }

  /** The same spec with other windows, and other budgets to wait. */
  public Spec withWindows(Spec other) {
    Map<String, ModalitySpec> waiting = new LinkedHashMap<>();
    modalities.forEach(
        (modality, here) -> {
          ModalitySpec there = other.modalities().get(modality);
          waiting.put(modality, there == null ? here : here.withWait(there.waitBudget()));
        });
    return new Spec(name, entity, other.window(), waiting, tasks, anomaly);
  }

  private static <T> Map<String, T> ordered(Map<String, T> map, String key) {
    Checks.between(map.size(), 1, 16, "the number of " + key);
    // Names become files of the bundle, which some file systems hold without regard to case.
    Map<String, String> seen = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (var entry : map.entrySet()) {
      Checks.name(entry.getKey(), "a name in " + key);
      Checks.required(entry.getValue(), key + "." + entry.getKey());
      String other = seen.put(entry.getKey(), entry.getKey());
      if (other != null) {
        throw new InvalidSpecException(
            "spec: %s has two names that differ only in case: '%s', '%s'"
                .formatted(key, other, entry.getKey()));
      }
    }
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /** The share of ordinary scenes whose anomaly score lies below the threshold, 0.5 to 1. */
  public double anomalyQuantile() {
    return Checks.required(anomaly, "anomaly").quantile();
  }

  /** What an entity is, for people. */
  public record EntitySpec(String description) {
    public EntitySpec {
      Checks.required(description, "entity.description");
    }
  }

  /** When a scene counts as an anomaly. */
  public record AnomalySpec(double quantile) {
    public AnomalySpec {
      Checks.between(quantile, 0.5, 1.0, "anomaly.quantile");
    }
  }
}
