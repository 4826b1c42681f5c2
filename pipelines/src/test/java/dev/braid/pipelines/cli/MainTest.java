package dev.braid.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MainTest {

  @Test
  void theVersionGoesToStandardOutput() {
    Shell shell = Shell.run("--version");

    assertThat(shell.code()).isZero();
    assertThat(shell.out()).matches("braid \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\n");
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void theHelpNamesEveryCommandAndWhereTrainIs() {
    Shell shell = Shell.run("--help");

    assertThat(shell.code()).isZero();
    assertThat(shell.out()).contains("evaluate", "inspect", "./braid train --help");
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void noCommandIsBadUsageAndShowsTheHelp() {
    Shell shell = Shell.run();

    assertThat(shell.code()).isEqualTo(2);
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err()).contains("Usage: braid");
  }

  @Test
  void aMistypedCommandIsBadUsageAndNamesTheNearest() {
    Shell shell = Shell.run("evaluat");

    assertThat(shell.code()).isEqualTo(2);
    assertThat(shell.err().lines())
        .containsExactly(
            "braid: Unmatched argument at index 0: 'evaluat'",
            "Did you mean: braid evaluate or braid dataset?",
            "See 'braid --help'.");
  }

  @Test
  void anUnknownOptionIsBadUsageAndNamesTheNearest() {
    Shell shell = Shell.run("evaluate", "--bundel", "x", "--bundle", "y", "--data", "z");

    assertThat(shell.code()).isEqualTo(2);
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err()).startsWith("braid evaluate: Unknown option").contains("--bundle");
  }

  @Test
  void aMissingOptionIsBadUsage() {
    Shell shell = Shell.run("evaluate");

    assertThat(shell.code()).isEqualTo(2);
    assertThat(shell.err().lines())
        .containsExactly(
            "braid evaluate: Missing required options: '--bundle=DIR', '--data=DIR'",
            "See 'braid evaluate --help'.");
  }
}
