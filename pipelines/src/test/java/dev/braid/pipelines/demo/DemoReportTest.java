package dev.braid.pipelines.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.transforms.observation.DeadLetter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DemoReportTest {
  private static final DeadLetter BAD =
      DeadLetter.of(
          "ParseObservations",
          null,
          null,
          null,
          "not valid JSON",
          null,
          "</script><b>" + "x".repeat(200));

  private static final List<ScoredWindow> WINDOWS =
      Windows.of("press-00", "normal", "normal", "leak>normal", "leak");

  @Test
  void theReportSaysHowManyAreRightAndWhatWasRefused() {
    String html =
        DemoReport.of(DemoResults.of(Path.of("out"), WINDOWS, List.of(BAD, BAD))).toHtml();

    assertThat(html)
        .contains(
            "<span>Accuracy of the state</span><b>75.0 %</b><span>1 of 4 windows wrong</span>",
            "seed 7, which the model has never seen",
            "Of 1 wrong windows 1 are ones in which the state changes.",
            "<td class=\"\">leak</td><td class=\"number\">2</td><td class=\"number\">100.0 %</td>"
                + "<td class=\"number\">50.0 %</td><td class=\"\">normal 1</td>",
            "<td class=\"\">ParseObservations</td><td class=\"\">unknown</td>"
                + "<td class=\"\">not valid JSON</td><td class=\"number\">2</td>"
                + "<td class=\"long\">&lt;/script&gt;&lt;b&gt;xxx",
            "./braid inspect out/bundle");
    assertThat(html).contains("x".repeat(98) + "…").doesNotContain("x".repeat(99));
  }

  @Test
  void theReportOfTheTrainingSeedSaysSo() {
    DemoResult seven = DemoResults.of(WINDOWS);
    DemoResult one =
        new DemoResult(
            new DemoOptions(Path.of("out"), 1, 2, 5),
            seven.spec(),
            seven.broken(),
            seven.analysis(),
            seven.took(),
            seven.scored(),
            seven.deadLetters(),
            seven.evaluation());

    assertThat(DemoReport.of(one).toHtml())
        .contains("simulation seed 1, which the model was trained on");
  }

  @Test
  void theTableShowsAnswersScoresDeadLettersAndWhatToDoNext() {
    assertThat(DemoTable.of(DemoResults.of(Path.of("my demo"), WINDOWS, List.of(BAD))))
        .containsExactly(
            "machine     last prediction        health   truth",
            "  press-00  leak              75 %    0.50   leak            0.88",
            "",
            "state            windows  precision   recall",
            "  normal               2     66.7 %  100.0 %",
            "  bearing_fault        0          –        –",
            "  overheating          0          –        –",
            "  leak                 2    100.0 %   50.0 %",
            "",
            "accuracy      75.0 % of 4 windows, macro-F1 0.733",
            "misses        Of 1 wrong windows 1 are ones in which the state changes.",
            "health        mean absolute error 0.375, on a scale from 0 to 1",
            "predictions   4 from 1,234 observations in 4.3 s",
            "dead letters  1; 6 lines were broken on purpose",
            "  ParseObservations    not valid JSON",
            "",
            "report        my demo/report.html",
            "files         my demo (predictions-*.jsonl, dead-letters-*.jsonl, input, bundle)",
            "",
            "next",
            "  ./braid inspect 'my demo/bundle'",
            "  ./braid evaluate --bundle 'my demo/bundle' --data 'my demo/input' --drop camera=1",
            "  ./braid run --bundle 'my demo/bundle' --input 'my demo/input' --output 'my"
                + " demo/flink' --runner flink");
  }

  @Test
  void ofManyMachinesTheTableShowsTheFirstTen() {
    List<ScoredWindow> windows = new ArrayList<>();
    for (int machine = 0; machine < 13; machine++) {
      windows.addAll(Windows.of("press-%02d".formatted(machine), "normal"));
    }

    List<String> lines = DemoTable.of(DemoResults.of(windows));

    assertThat(lines).filteredOn(line -> line.startsWith("  press-")).hasSize(10);
    assertThat(lines.get(11)).isEqualTo("  and 3 more");
  }
}
