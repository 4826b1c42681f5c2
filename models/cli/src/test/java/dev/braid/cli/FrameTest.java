package dev.braid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

final class FrameTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** A colour that can be told in small letters. */
  enum Colour {
    RED
  }

  @Command(name = "braid")
  static final class Braid {
    @Spec private CommandSpec spec;

    @Command(name = "paint")
    int paint(@Option(names = "--in", required = true) Colour colour) {
      spec.commandLine().getOut().println(colour);
      return 0;
    }

    @Command(name = "fail")
    int fail() {
      throw new UnsupportedOperationException("no brush\nat hand");
    }

    @Command(name = "burst")
    int burst() {
      throw new OutOfMemoryError("Java heap space");
    }
  }

  private int run(String... arguments) {
    return Frame.run(
        new Braid(),
        Set.of(UnsupportedOperationException.class),
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        arguments);
  }

  @Test
  void aResultGoesToTheOutputAndNothingElseDoes() {
    assertThat(run("paint", "--in", "red")).isZero();
    assertThat(out.toString().strip()).isEqualTo("RED");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aFailureIsOneLineAndExitCodeOne() {
    assertThat(run("fail")).isEqualTo(1);
    assertThat(err.toString().strip()).isEqualTo("braid: no brush at hand");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void anErrorOfTheJvmIsAFailureToo() {
    assertThat(run("burst")).isEqualTo(1);
    assertThat(err.toString()).startsWith("braid: OutOfMemoryError: Java heap space");
  }

  @Test
  void badUsageIsExitCodeTwoAndSaysWhereTheHelpIs() {
    assertThat(run("paint", "--in", "blue")).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(2).last().isEqualTo("See 'braid paint --help'.");
    assertThat(out.toString()).isEmpty();
  }
}
