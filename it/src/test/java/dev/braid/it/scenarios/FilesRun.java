package dev.braid.it.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.it.BraidProcess;
import dev.braid.it.scenarios.Story.Fate;
import dev.braid.pipelines.analysis.Oracle;
import dev.braid.pipelines.io.ResultFiles;
import dev.braid.transforms.fuse.Prediction;
import dev.braid.transforms.observation.DeadLetter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A run from files to files that is over when the first scenario is told: what all of them publish
 * lies in one directory, a file for each partition.
 */
final class FilesRun implements Run {
  private final Setting setting;
  private final Oracle oracle;
  private final Map<String, List<Prediction>> found = new TreeMap<>();
  private final List<String> dead = new ArrayList<>();

  FilesRun(Site site, List<Cell> cells, String name) throws Exception {
    Runner runner = cells.get(0).runner();
    this.setting = cells.get(0).setting();
    this.oracle = site.oracle(setting);
    Path input = Files.createDirectories(site.directory().resolve(name + "/observations"));
    Path output = site.directory().resolve(name + "/results");
    Map<Integer, List<String>> files = new TreeMap<>();
    for (Cell cell : cells) {
      for (Story.Publish record : records(cell.scenario())) {
        files
            .computeIfAbsent(record.partition(), p -> new ArrayList<>())
            .add(String.valueOf(record.value()));
      }
    }
    for (Map.Entry<Integer, List<String>> file : files.entrySet()) {
      Files.write(input.resolve(file.getKey() + ".jsonl"), file.getValue());
    }
    List<String> arguments = new ArrayList<>(List.of("run", "--runner", runner.toString()));
    arguments.addAll(site.options(setting));
    arguments.addAll(List.of("--input", input.toString(), "--output", output.toString()));
    BraidProcess.Result result = BraidProcess.run(runner.toString(), arguments.toArray());
    assertThat(result.code()).as(result.err()).isZero();
    for (Prediction prediction : ResultFiles.predictions(output)) {
      found.computeIfAbsent(Answers.key(prediction), k -> new ArrayList<>()).add(prediction);
    }
    for (DeadLetter letter : ResultFiles.deadLetters(output)) {
      assertThat(letter.getReason()).isNotBlank();
      dead.add(letter.getInput());
    }
  }

  /** What files can hold: a blank line is none. */
  private static List<Story.Publish> records(Scenario scenario) {
    List<Story.Publish> records = new ArrayList<>();
    for (Story.Step step : scenario.story().steps()) {
      if (step instanceof Story.Publish record
          && record.value() != null
          && !record.value().isBlank()) {
        records.add(record);
      }
    }
    return records;
  }

  @Override
  public void tell(Cell cell) {
    Scenario scenario = cell.scenario();
    Story story = scenario.story();
    List<String> answered = new ArrayList<>();
    for (Story.Publish record : records(scenario)) {
      if (record.fate() == Fate.ANSWERED || record.fate() == Fate.TOO_LATE) {
        answered.add(record.value());
      } else {
        assertThat(dead).contains(record.value());
        dead.remove(record.value());
      }
    }
    Map<String, List<Prediction>> answers = new TreeMap<>(found);
    answers.keySet().removeIf(key -> !story.owns(key));
    assertThat(Answers.wrong(oracle.answer(answered), answers, Set.of(), setting, Mode.FILES))
        .isEmpty();
    found.keySet().removeAll(answers.keySet());
  }

  @Override
  public void close() {
    assertThat(found).as("answers to what was not told").isEmpty();
    assertThat(dead).isEmpty();
  }
}
