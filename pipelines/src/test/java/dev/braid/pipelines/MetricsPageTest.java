package dev.braid.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class MetricsPageTest {
  /** What the class that all steps with a model share calls its step. */
  private static final List<String> STEPS = List.of("EncodeObservations", "FuseModalities");

  private static final Pattern MADE =
      Pattern.compile(
          "Metrics\\s*\\.(counter|distribution|gauge)\\(\\s*(\\w+)(?:\\.class)?,\\s*"
              + "\"([\\w.]+)\"(\\s*\\+)?");

  @Test
  void thePageListsTheMetricsThatTheCodeHas() throws Exception {
    assertThat(onThePage()).isEqualTo(inTheCode());
  }

  private static Set<String> inTheCode() throws IOException {
    Set<String> found = new TreeSet<>();
    for (String module : List.of("../transforms", ".")) {
      List<Path> sources;
      try (Stream<Path> files = Files.walk(Path.of(module, "src", "main", "java"))) {
        sources = files.filter(file -> file.toString().endsWith(".java")).toList();
      }
      for (Path source : sources) {
        Matcher made = MADE.matcher(Files.readString(source));
        while (made.find()) {
          String name = made.group(3) + (made.group(4) == null ? "" : "*");
          for (String step : made.group(2).equals("step") ? STEPS : List.of(made.group(2))) {
            found.add(step + " " + name + " " + made.group(1));
          }
        }
      }
    }
    return found;
  }

  private static Set<String> onThePage() throws IOException {
    Set<String> found = new TreeSet<>();
    List<String> steps = List.of();
    for (String line : Files.readAllLines(Path.of("..", "docs", "metrics.md"))) {
      if (line.startsWith("## ")) {
        steps = line.contains("Other") ? List.of() : STEPS.stream().filter(line::contains).toList();
      } else if (line.startsWith("| `")) {
        List<String> cells = List.of(line.replace("`", "").split(" *\\| *"));
        int at = steps.isEmpty() ? 2 : 1;
        String name = cells.get(at).replaceAll("<.*>", "*") + " " + cells.get(at + 1);
        for (String step : steps.isEmpty() ? List.of(cells.get(1)) : steps) {
          found.add(step + " " + name);
        }
      }
    }
    return found;
  }
}
