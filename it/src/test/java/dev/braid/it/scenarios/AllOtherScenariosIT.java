package dev.braid.it.scenarios;

import org.junit.jupiter.api.Tag;

/** All cells that are not quick. */
@Tag("full")
final class AllOtherScenariosIT extends ScenarioSuite {
  @Override
  boolean holds(Cell cell) {
    return !QuickScenariosIT.isQuick(cell);
  }
}
