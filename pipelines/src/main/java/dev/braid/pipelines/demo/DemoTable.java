package dev.braid.pipelines.demo;

import dev.braid.pipelines.simulate.PlantSpec;
import dev.braid.transforms.observation.DeadLetter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a demo found, as lines for a terminal. */
public final class DemoTable {
  /** Machines whose last answer is shown, at most. */
  private static final int SHOWN = 10;

  private DemoTable() {}

  /** The lines. */
  public static List<String> of(DemoResult result) {
    List<String> lines = new ArrayList<>(lastAnswers(result));
    lines.add("");
    lines.add("state            windows  precision   recall");
    for (StateScore score : StateScore.of(DemoCharts.states(result.spec()), result.scored())) {
      lines.add(
          "  %-13s %,8d %10s %8s"
              .formatted(
                  score.state(),
                  score.windows(),
                  DemoReport.percent(score.precision()),
                  DemoReport.percent(score.recall())));
    }
    lines.add("");
    lines.add(
        line(
            "accuracy",
            "%s of %,d windows, macro-F1 %s",
            DemoReport.percent(result.score(PlantSpec.STATE, "accuracy")),
            result.scored().size(),
            DemoReport.decimal(result.score(PlantSpec.STATE, "macroF1"))));
    lines.add(line("misses", "%s", Misses.of(result).sentence()));
    lines.add(
        line(
            "health",
            "mean absolute error %s, on a scale from 0 to 1",
            DemoReport.decimal(result.score(PlantSpec.HEALTH, "mae"))));
    lines.add(
        line(
            "predictions",
            "%,d from %,d observations in %s s",
            result.analysis().predictions(),
            result.analysis().observations(),
            DemoReport.seconds(result)));
    lines.add(
        line(
            "dead letters",
            "%,d; %,d lines were broken on purpose",
            result.analysis().deadLetters(),
            result.broken()));
    result.deadLetters().stream()
        .sorted(Comparator.comparing(DeadLetter::getStep).thenComparing(DeadLetter::getReason))
        .forEach(letter -> lines.add("  %-20s %s".formatted(letter.getStep(), letter.getReason())));
    lines.add("");
    Path output = result.options().output();
    lines.add(line("report", "%s", output.resolve("report.html")));
    lines.add(
        line("files", "%s (predictions-*.jsonl, dead-letters-*.jsonl, input, bundle)", output));
    lines.add("");
    lines.add("next");
    next(result).forEach(command -> lines.add("  " + command));
    return lines;
  }

  /** The last answer about each machine, beside the truth. */
  private static List<String> lastAnswers(DemoResult result) {
    List<String> lines = new ArrayList<>();
    lines.add("machine     last prediction        health   truth");
    Map<String, List<ScoredWindow>> machines = result.byMachine();
    machines.forEach(
        (machine, windows) -> {
          ScoredWindow last = windows.get(windows.size() - 1);
          if (lines.size() <= SHOWN) {
            lines.add(
                String.format(
                    Locale.ROOT,
                    "  %-9s %-15s %4.0f %%   %5.2f   %-15s %.2f",
                    machine,
                    last.answered().label(),
                    100 * last.answered().probability(),
                    last.answeredHealth(),
                    last.state(),
                    last.health()));
          }
        });
    if (machines.size() > SHOWN) {
      lines.add("  and %,d more".formatted(machines.size() - SHOWN));
    }
    return lines;
  }

  /** Commands that go on from here. */
  static List<String> next(DemoResult result) {
    Path output = result.options().output();
    return List.of(
        "./braid inspect %s".formatted(quoted(output.resolve("bundle"))),
        "./braid evaluate --bundle %s --data %s --drop camera=1"
            .formatted(quoted(output.resolve("bundle")), quoted(output.resolve("input"))),
        "./braid run --bundle %s --input %s --output %s --runner flink"
            .formatted(
                quoted(output.resolve("bundle")),
                quoted(output.resolve("input")),
                quoted(output.resolve("flink"))));
  }

  private static String quoted(Path path) {
    String text = path.toString();
    return text.matches("[\\w./~+,:@%-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  private static String line(String name, String format, Object... values) {
    return "%-13s %s".formatted(name, format.formatted(values));
  }
}
