package dev.braid.it.scenarios;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class HappyPathIT {
  @TempDir private static Path directory;
  private static Site site;

  @BeforeAll
  static void open() {
    site = new Site(directory);
  }

  @AfterAll
  static void close() {
    site.close();
  }

  @ParameterizedTest
  @EnumSource
  void everyWindowIsAnsweredAsTheOracleDoes(Runner runner) throws Exception {
    List<Scenario> scenarios = Scenarios.ALL;
    try (Run run = new StreamedRun(site, runner, Setting.CORRECTED, runner.toString(), scenarios)) {
      for (Scenario scenario : scenarios) {
        run.tell(scenario);
      }
    }
  }
}
