package dev.braid.it.scenarios;

import static dev.braid.it.scenarios.Setting.CORRECTED;

import java.util.List;

/** All scenarios, in the order in which one stream tells them. */
final class Scenarios {
  private Scenarios() {}

  static final List<Scenario> ALL =
      List.of(
          new Scenario("every window is answered as the oracle does", CORRECTED, Scenarios::plain));

  private static void plain(Story story) {
    for (int i = 0; i < 120; i++) {
      story.observe(i % 5, i * 0.25);
    }
  }
}
