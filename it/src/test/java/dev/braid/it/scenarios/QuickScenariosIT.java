package dev.braid.it.scenarios;

/** What catches most for its time: sliding windows on every engine and mode, and every refusal. */
final class QuickScenariosIT extends ScenarioSuite {
  static boolean isQuick(Cell cell) {
    return cell.setting() == Setting.SLIDING || cell.refusal().isPresent();
  }

  @Override
  boolean holds(Cell cell) {
    return isQuick(cell);
  }
}
