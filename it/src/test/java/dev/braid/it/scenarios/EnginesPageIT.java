package dev.braid.it.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.pipelines.engine.Construct;
import dev.braid.pipelines.engine.Need;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/engines.md} says of every cell what its test holds the engine to. */
final class EnginesPageIT {
  private static final Path PAGE = Path.of("..", "docs", "engines.md");

  @Test
  void theTableIsThatOfTheCells() throws Exception {
    assertThat(Files.readString(PAGE)).contains(table());
  }

  @Test
  void everyRefusalIsGivenWithItsReason() throws Exception {
    assertThat(Files.readString(PAGE)).contains(refusals());
  }

  @Test
  void everyConstructThatAnEngineMayRefuseIsAskedForByAScenario() {
    Set<Construct> asked = new HashSet<>();
    for (Cell cell : Cell.all()) {
      cell.setting().needs(cell.mode()).forEach(need -> asked.add(need.construct()));
    }
    assertThat(asked).containsExactlyInAnyOrder(Construct.values());
  }

  @Test
  void everyCellIsInOneSuite() {
    List<Cell> suites = new ArrayList<>(new QuickScenariosIT().cells());
    suites.addAll(new AllOtherScenariosIT().cells());
    assertThat(suites).containsExactlyInAnyOrderElementsOf(Cell.all());
  }

  private static String table() {
    List<Cell> cells = Cell.all();
    List<String> lines = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("asked for", "scenario"));
    for (Runner runner : Runner.values()) {
      for (Mode mode : Mode.values()) {
        head.add(runner + ", " + mode);
      }
    }
    lines.add(row(head));
    lines.add("|---".repeat(head.size()) + "|");
    for (Scenario scenario : Scenarios.ALL) {
      List<String> row = new ArrayList<>(List.of(scenario.setting().words(), scenario.title()));
      for (Runner runner : Runner.values()) {
        for (Mode mode : Mode.values()) {
          Cell cell = new Cell(scenario, runner, mode);
          row.add(!cells.contains(cell) ? "-" : cell.refusal().isPresent() ? "refused" : "exact");
        }
      }
      lines.add(row(row));
    }
    return String.join("\n", lines) + "\n";
  }

  private static String row(List<String> columns) {
    return columns.stream().collect(Collectors.joining(" | ", "| ", " |"));
  }

  private static String refusals() {
    Set<String> lines = new TreeSet<>();
    for (Cell cell : Cell.all()) {
      for (Need need : cell.setting().needs(cell.mode())) {
        cell.runner()
            .engine()
            .refusal(need.construct())
            .ifPresent(
                refusal ->
                    lines.add(
                        "- %s, %s: %s: %s.\n"
                            .formatted(
                                cell.runner(),
                                cell.mode(),
                                need.construct().words(),
                                refusal.reason())));
      }
    }
    assertThat(lines).as("refusals of %s", Arrays.toString(Runner.values())).isNotEmpty();
    return String.join("", lines);
  }
}
