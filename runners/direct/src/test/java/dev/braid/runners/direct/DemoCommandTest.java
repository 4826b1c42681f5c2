package dev.braid.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.braid.pipelines.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code braid demo} on the engine that it runs on. */
class DemoCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path temp;

  private record Shell(int code, String out, String err) {
    static Shell run(String... args) {
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
      return new Shell(code, out.toString(), err.toString());
    }
  }

  private Shell demo(Path output, String... more) {
    List<String> args = new ArrayList<>();
    args.addAll(List.of("demo", "--output", output.toString()));
    args.addAll(List.of("--machines", "2", "--minutes", "5", "--seed", "11"));
    args.addAll(List.of(more));
    return Shell.run(args.toArray(String[]::new));
  }

  @Test
  void standardOutputIsTheObjectThatEvaluatePrintsAndNothingElse() throws Exception {
    Path output = temp.resolve("demo");
    Shell demo = demo(output, "--json");

    assertThat(demo.code()).as(demo.err()).isZero();
    assertThat(demo.out().lines()).hasSize(1);
    assertThat(demo.err().lines())
        .containsExactly(
            "simulating 2 machines over 5 minutes, seed 11 ...",
            "analysing what they showed, said and measured ...",
            "holding 142 predictions to the truth ...",
            "report in " + output.resolve("report.html"));
    JsonNode said = JSON.readTree(demo.out());
    JsonNode whole = evaluate(output);
    assertThat(names(said)).isEqualTo(names(whole));
    for (String name : names(whole)) {
      if (!name.equals("tasks")) {
        assertThat(said.get(name)).as(name).isEqualTo(whole.get(name));
      }
    }
    for (String score :
        List.of("state/accuracy", "state/macroF1", "state/ece", "health/mae", "health/r2")) {
      assertThat(said.at("/tasks/" + score).doubleValue())
          .as(score)
          .isCloseTo(whole.at("/tasks/" + score).doubleValue(), within(1e-4));
    }
  }

  private static JsonNode evaluate(Path output) throws Exception {
    String bundle = output.resolve("bundle").toString();
    String data = output.resolve("input").toString();
    return JSON.readTree(Shell.run("evaluate", "--json", "--bundle", bundle, "--data", data).out());
  }

  @Test
  void theSecondDemoReplacesTheFirstAndSaysTheSame() throws Exception {
    Path output = temp.resolve("demo");
    Shell first = demo(output);
    Files.writeString(output.resolve("report.html"), "old");

    Shell second = demo(output);

    assertThat(second.code()).as(second.err()).isZero();
    assertThat(output.resolve("report.html")).content().startsWith("<!DOCTYPE html>");
    assertThat(second.out()).contains("accuracy", "dead letters  6", "./braid inspect");
    assertThat(second.out().lines().filter(line -> !line.startsWith("predictions")).toList())
        .isEqualTo(first.out().lines().filter(line -> !line.startsWith("predictions")).toList());
  }

  @Test
  void aDirectoryOfSomebodyElseIsOneLineAndUntouched() throws Exception {
    Files.writeString(temp.resolve("thesis.txt"), "years of work");

    Shell shell = demo(temp);

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.out()).isEmpty();
    assertThat(shell.err().lines())
        .containsExactly(
            "braid: the output %s holds files that are not of a demo; name another directory with"
                    .formatted(temp)
                + " --output");
    assertThat(temp.resolve("thesis.txt")).hasContent("years of work");
  }

  @Test
  void anOutputThatCannotBeMadeIsOneLine() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "");

    assertThat(demo(file).err())
        .isEqualTo(
            "braid: the output %s must be a directory, but is a file; name another with --output\n"
                .formatted(file));
    Shell below = demo(file.resolve("demo"));
    assertThat(below.code()).isEqualTo(1);
    assertThat(below.err()).contains("braid: cannot write the demo to " + file.resolve("demo"));
    assertThat(below.err().lines()).hasSize(1);
  }

  @Test
  void aNumberOutOfRangeIsBadUsage() {
    Shell shell = Shell.run("demo", "--minutes", "4");

    assertThat(shell.code()).isEqualTo(2);
    assertThat(shell.err())
        .startsWith("braid demo: --minutes must be between 5 and 1440, but was: 4");
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
