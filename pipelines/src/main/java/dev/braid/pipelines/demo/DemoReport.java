package dev.braid.pipelines.demo;

import dev.braid.pipelines.simulate.PlantSpec;
import dev.braid.report.ReportPage;
import dev.braid.transforms.fuse.Prediction;
import dev.braid.transforms.observation.DeadLetter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The page that shows what a demo found. */
final class DemoReport {
  /** Characters of an input that are shown. */
  private static final int SHOWN = 110;

  private DemoReport() {}

  static ReportPage of(DemoResult result) {
    Prediction.Model model = result.scored().get(0).prediction().getModel();
    ReportPage page =
        new ReportPage(
            "Braid demo: a simulated plant",
            "%d machines over %d minutes, simulation seed %d%s; bundle %s (%s on %s), analysed on the DirectRunner in %s s"
                .formatted(
                    result.options().machines(),
                    result.options().minutes(),
                    result.options().seed(),
                    result.options().seed() == ShippedBundle.TRAINING_SEED
                        ? ", which the model was trained on"
                        : ", which the model has never seen",
                    model.name(),
                    model.precision(),
                    model.device(),
                    seconds(result)));
    page.figures(figures(result));
    page.bands(
        "What each machine is in, and what the model says",
        "Top: the simulator's truth. Bottom: the prediction, of the %s that end here. %s"
            .formatted(window(result), Misses.of(result).sentence()),
        DemoCharts.bands(result));
    page.half()
        .table(
            "State by state",
            "Every true state, and what was predicted instead.",
            List.of("state", "windows", "precision", "recall", "instead"),
            states(result));
    page.half()
        .chart(
            "What the model looks at",
            "The mean attention to each modality, by predicted state.",
            DemoCharts.attention(result),
            60 + 40 * DemoCharts.states(result.spec()).size());
    page.chart(
        "Health, predicted beside true",
        "1 is as new, 0 is broken; over the minutes of the simulation.",
        DemoCharts.health(result),
        DemoCharts.healthHeight(result));
    page.half()
        .chart(
            "Anomaly score",
            "How badly the model can reconstruct what it saw, one line for each machine; above the"
                + " threshold a prediction is marked as an anomaly.",
            DemoCharts.anomalies(result),
            230);
    page.half()
        .table(
            "When a modality is missing",
            "Cameras and sensors fall silent at times; where a window has none of a modality's"
                + " observations, the prediction is made from the rest.",
            List.of("missing", "windows", "share", "right state"),
            modalities(result));
    page.table(
        "Dead letters",
        "What could not be used, with the step that said so, the reason and the input. The demo"
            + " put %d broken lines among the good ones.".formatted(result.broken()),
        List.of("step", "modality", "reason", "count", "first input"),
        deadLetters(result.deadLetters()));
    page.lines(
        "What to do next", "In the directory in which the demo was run:", DemoTable.next(result));
    return page;
  }

  private static List<ReportPage.Figure> figures(DemoResult result) {
    List<ReportPage.Figure> figures = new ArrayList<>();
    long wrong = result.scored().stream().filter(window -> !window.isRight()).count();
    figures.add(
        new ReportPage.Figure(
            "Accuracy of the state",
            percent(result.score(PlantSpec.STATE, "accuracy")),
            "%,d of %,d windows wrong".formatted(wrong, result.scored().size())));
    figures.add(
        new ReportPage.Figure(
            "Macro-F1 of the state",
            decimal(result.score(PlantSpec.STATE, "macroF1")),
            "calibration error " + decimal(result.score(PlantSpec.STATE, "ece"))));
    figures.add(
        new ReportPage.Figure(
            "Mean error of the health",
            decimal(result.score(PlantSpec.HEALTH, "mae")),
            "on a scale from 0 to 1; r² " + decimal(result.score(PlantSpec.HEALTH, "r2"))));
    ModalityScore any = last(ModalityScore.of(names(result), result.scored()));
    figures.add(
        new ReportPage.Figure(
            "Windows without a modality",
            percent((double) any.windows() / result.scored().size()),
            any.windows() == 0 ? "" : percent(any.accuracy()) + " of them right"));
    figures.add(
        new ReportPage.Figure(
            "Observations",
            "%,d".formatted(result.analysis().observations()),
            "in %d modalities".formatted(names(result).size())));
    figures.add(
        new ReportPage.Figure(
            "Predictions",
            "%,d".formatted(result.analysis().predictions()),
            "one for each machine every " + period(result)));
    long anomalies = result.scored().stream().filter(w -> w.prediction().isAnomaly()).count();
    figures.add(
        new ReportPage.Figure(
            "Anomalies", "%,d".formatted(anomalies), "windows above the threshold"));
    figures.add(
        new ReportPage.Figure(
            "Dead letters",
            "%,d".formatted(result.analysis().deadLetters()),
            "%d lines were broken on purpose".formatted(result.broken())));
    return figures;
  }

  private static List<List<String>> states(DemoResult result) {
    List<List<String>> rows = new ArrayList<>();
    for (StateScore score : StateScore.of(DemoCharts.states(result.spec()), result.scored())) {
      rows.add(
          List.of(
              score.state(),
              "%,d".formatted(score.windows()),
              percent(score.precision()),
              percent(score.recall()),
              instead(score.state(), result.scored())));
    }
    return rows;
  }

  private static String instead(String state, List<ScoredWindow> scored) {
    Map<String, Integer> others = new LinkedHashMap<>();
    for (ScoredWindow window : scored) {
      if (window.state().equals(state) && !window.isRight()) {
        others.merge(window.answered().label(), 1, Integer::sum);
      }
    }
    List<String> parts = new ArrayList<>();
    others.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .forEach(other -> parts.add("%s %,d".formatted(other.getKey(), other.getValue())));
    return parts.isEmpty() ? "never" : String.join(", ", parts);
  }

  private static List<List<String>> modalities(DemoResult result) {
    List<List<String>> rows = new ArrayList<>();
    for (ModalityScore score : ModalityScore.of(names(result), result.scored())) {
      rows.add(
          List.of(
              score.missing(),
              "%,d".formatted(score.windows()),
              percent((double) score.windows() / result.scored().size()),
              percent(score.accuracy())));
    }
    return rows;
  }

  private static List<List<String>> deadLetters(List<DeadLetter> letters) {
    record Kind(String step, @Nullable String modality, String reason) {}
    Map<Kind, List<DeadLetter>> kinds = new LinkedHashMap<>();
    for (DeadLetter letter : letters) {
      kinds
          .computeIfAbsent(
              new Kind(letter.getStep(), letter.getModality(), letter.getReason()),
              kind -> new ArrayList<>())
          .add(letter);
    }
    List<List<String>> rows = new ArrayList<>();
    kinds.forEach(
        (kind, all) ->
            rows.add(
                List.of(
                    kind.step(),
                    kind.modality() == null ? "unknown" : kind.modality(),
                    kind.reason(),
                    Integer.toString(all.size()),
                    shortened(all.get(0).getInput()))));
    rows.sort((a, b) -> String.join("|", a).compareTo(String.join("|", b)));
    return rows;
  }

  private static String shortened(String input) {
    return input.length() <= SHOWN ? input : input.substring(0, SHOWN) + "…";
  }

  private static List<String> names(DemoResult result) {
    return List.copyOf(result.spec().modalities().keySet());
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }

  private static String window(DemoResult result) {
    return result.spec().timeWindow("the demo").sizeMillis() / 1000 + " s";
  }

  private static String period(DemoResult result) {
    return result.spec().timeWindow("the demo").periodMillis() / 1000 + " s";
  }

  static String seconds(DemoResult result) {
    return String.format(Locale.ROOT, "%.1f", result.took().toMillis() / 1000.0);
  }

  static String percent(double share) {
    return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  static String decimal(double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.3f", value);
  }
}
