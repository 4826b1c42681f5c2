package dev.braid.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What a cluster is told to run means there what it means here. */
class DetachedCommandTest {
  private static final Path HERE = Path.of("").toAbsolutePath();

  @Test
  void pathsBecomeAbsoluteAndAddressesStayWhatTheyAre() {
    CommandLine line =
        parsed(
            "--bundle=b",
            "--spec",
            "../s.yaml",
            "--input=kafka://h:1/in",
            "--output",
            "out/./x",
            "--dead-letters=kafka://h:1/dead",
            "--kafka-config=k.properties");

    assertThat(DetachedCommand.of("run", line.getParseResult()))
        .containsExactlyInAnyOrder(
            "run",
            "--bundle=" + HERE.resolve("b"),
            "--spec=" + HERE.resolveSibling("s.yaml"),
            "--input=kafka://h:1/in",
            "--output=" + HERE.resolve("out/x"),
            "--dead-letters=kafka://h:1/dead",
            "--kafka-config=" + HERE.resolve("k.properties"))
        .startsWith("run");
  }

  @Test
  void whatIsOfThisTerminalIsLeftOutAndTheEnginesOptionsComeLast() {
    CommandLine line =
        parsed(
            "--detached",
            "--json",
            "--transactional",
            "--bundle=/b",
            "--input=kafka://h:1/in",
            "--output=/out",
            "--idle-timeout=7s",
            "--",
            "--maxRecordsPerBatch=60",
            "--appName=a b");

    assertThat(DetachedCommand.of("run", line.getParseResult()))
        .containsExactlyInAnyOrder(
            "run",
            "--transactional",
            "--bundle=/b",
            "--input=kafka://h:1/in",
            "--output=/out",
            "--idle-timeout=7s",
            "--",
            "--maxRecordsPerBatch=60",
            "--appName=a b")
        .endsWith("--", "--maxRecordsPerBatch=60", "--appName=a b");
  }

  @Test
  void aSecretIsSaidByWhereItStandsAndNeverItself() {
    CommandLine line =
        parsed(
            "--bundle=/b",
            "--input=kafka://h:1/in",
            "--output=jdbc:postgresql://h/db",
            "--dead-letters=/dead",
            "--jdbc-password=file:secret");

    assertThat(DetachedCommand.of("run", line.getParseResult()))
        .contains(
            "--output=jdbc:postgresql://h/db", "--jdbc-password=file:" + HERE.resolve("secret"));
  }

  private static CommandLine parsed(String... arguments) {
    CommandLine line = new CommandLine(new RunCommand()).setCaseInsensitiveEnumValuesAllowed(true);
    line.parseArgs(arguments);
    return line;
  }
}
