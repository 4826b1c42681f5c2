package dev.braid.it.scenarios;

import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Need;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A scenario on one engine in one mode: answered exactly, or refused before launch. */
record Cell(Scenario scenario, Runner runner, Mode mode) {

  /** All there are; those of one run follow one another. */
  static List<Cell> all() {
    List<Cell> cells = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      for (Runner runner : Runner.values()) {
        for (Mode mode : Mode.values()) {
          Scenarios.ALL.stream()
              .filter(scenario -> scenario.setting() == setting && setting.isIn(runner, mode))
              .forEach(scenario -> cells.add(new Cell(scenario, runner, mode)));
        }
      }
    }
    return cells;
  }

  Setting setting() {
    return scenario.setting();
  }

  /** Why it is refused, as the engine declares; empty if it is not. */
  Optional<String> refusal() {
    Engine engine = runner.engine();
    List<String> refused = Need.refused(setting().needs(mode), engine);
    return refused.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", refused));
  }

  /** Whether both are told in one run. */
  boolean sharesARunWith(Cell other) {
    return runner == other.runner && mode == other.mode && setting() == other.setting();
  }

  @Override
  public String toString() {
    return "%s, %s: %s%s"
        .formatted(runner, mode, scenario, refusal().isPresent() ? " (refused)" : "");
  }
}
