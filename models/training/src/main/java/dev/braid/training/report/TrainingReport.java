package dev.braid.training.report;

import dev.braid.bundle.Bundle;
import dev.braid.report.ReportPage;
import dev.braid.spec.TaskSpec;
import dev.braid.training.trainer.TrainedModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The page of a training: curves, and for every classification what it confuses and how sure it is.
 */
public final class TrainingReport {
  private static final int BINS = 10;

  private TrainingReport() {}

  /** The page of the run that made {@code bundle}. */
  public static ReportPage of(Bundle bundle, TrainedModel trained) {
    ReportPage page =
        new ReportPage(
            "Training of " + bundle.spec().name(),
            "%d parameters, %d epochs, seed %d, bundle %s"
                .formatted(
                    trained.model().size(),
                    trained.history().size(),
                    bundle.manifest().provenance().seed(),
                    bundle.digest().substring(0, 19)));
    page.figures(
        trained.metrics().entrySet().stream()
            .map(
                e ->
                    new ReportPage.Figure(
                        e.getKey(),
                        String.format(Locale.ROOT, "%.3f", e.getValue()),
                        "on scenes held out of training"))
            .toList());
    for (Map.Entry<String, List<TrainedModel.EpochReport>> stage : stages(trained).entrySet()) {
      List<TrainedModel.EpochReport> epochs = stage.getValue();
      Map<String, List<Object>> losses = new LinkedHashMap<>();
      losses.put("training", epochs.stream().map(r -> (Object) r.trainingLoss()).toList());
      losses.put("validation", epochs.stream().map(r -> (Object) r.validationLoss()).toList());
      page.chart(
          "Loss of stage '%s'".formatted(stage.getKey()),
          "Mean of the training steps (with every auxiliary loss and augmented data), and the plain"
              + " loss on the validation scenes; the weights with the least of the latter were"
              + " kept.",
          Charts.lines("epoch", numbers(epochs), losses),
          260);
      page.chart(
          "Validation scores of stage '%s'".formatted(stage.getKey()),
          "By epoch.",
          scores(epochs),
          260);
    }
    trained
        .evidence()
        .forEach(
            (task, evidence) -> {
              if (bundle.spec().tasks().get(task) instanceof TaskSpec.Classification labels) {
                page.chart(
                    "What '%s' confuses".formatted(task),
                    "Scenes by true label (rows) and answer (columns).",
                    confusion(labels.labels(), evidence),
                    Math.max(260, 90 + 34 * labels.labels().size()));
                page.chart(
                    "How far '%s' can be trusted".formatted(task),
                    "Share of right answers by stated probability; on the diagonal they are the"
                        + " same.",
                    reliability(evidence),
                    300);
              }
            });
    return page;
  }

  /** The epochs by stage; one that was left out has none. */
  private static Map<String, List<TrainedModel.EpochReport>> stages(TrainedModel trained) {
    Map<String, List<TrainedModel.EpochReport>> stages = new LinkedHashMap<>();
    for (TrainedModel.EpochReport report : trained.history()) {
      stages.computeIfAbsent(report.stage(), s -> new ArrayList<>()).add(report);
    }
    return stages;
  }

  private static List<Object> numbers(List<TrainedModel.EpochReport> epochs) {
    return epochs.stream().map(r -> (Object) r.epoch()).toList();
  }

  private static Map<String, Object> scores(List<TrainedModel.EpochReport> epochs) {
    Map<String, List<Object>> series = new LinkedHashMap<>();
    for (TrainedModel.EpochReport report : epochs) {
      report
          .scores()
          .forEach(
              (name, value) -> {
                if (name.endsWith(".accuracy") || name.endsWith(".r2")) {
                  series.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
                }
              });
    }
    return Charts.lines("epoch", numbers(epochs), series);
  }

  private static Map<String, Object> confusion(
      List<String> labels, TrainedModel.Evidence evidence) {
    int[][] counts = new int[labels.size()][labels.size()];
    for (int i = 0; i < evidence.truth().length; i++) {
      counts[evidence.truth()[i]][argMax(evidence.probabilities()[i])]++;
    }
    return Charts.matrix(labels, counts);
  }

  private static Map<String, Object> reliability(TrainedModel.Evidence evidence) {
    double[] stated = new double[BINS];
    double[] right = new double[BINS];
    int[] count = new int[BINS];
    for (int i = 0; i < evidence.truth().length; i++) {
      float[] row = evidence.probabilities()[i];
      int best = argMax(row);
      int bin = Math.min(BINS - 1, (int) (row[best] * BINS));
      stated[bin] += row[best];
      right[bin] += best == evidence.truth()[i] ? 1 : 0;
      count[bin]++;
    }
    List<Object> points = new ArrayList<>();
    for (int b = 0; b < BINS; b++) {
      if (count[b] > 0) {
        points.add(List.of(stated[b] / count[b], right[b] / count[b], count[b]));
      }
    }
    return Charts.reliability(points);
  }

  private static int argMax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }
}
