package dev.braid.training.ablation;

import dev.braid.report.ReportPage;
import dev.braid.spec.Spec;
import dev.braid.spec.TaskSpec;
import dev.braid.training.fusion.Variant;
import dev.braid.training.report.Charts;
import dev.braid.training.trainer.Robustness;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An ablation as a page and as an object for JSON. */
public final class AblationReport {
  private AblationReport() {}

  /** The page: bars with their spread, curves of robustness, and what attention does. */
  public static ReportPage page(Spec spec, Ablation ablation) {
    long seeds = ablation.runs().stream().map(Ablation.Run::seed).distinct().count();
    ReportPage page =
        new ReportPage(
            "Ablation of " + spec.name(),
            "%d variants of fusion over the same frozen encoders, %d seeds"
                .formatted(ablation.variants().size(), seeds));
    List<ReportPage.Figure> figures = new ArrayList<>();
    spec.tasks()
        .keySet()
        .forEach(
            task -> {
              Ablation.Spread full =
                  ablation.metrics(ablation.variants().get(0)).get(measure(spec, task));
              if (full != null) {
                figures.add(
                    new ReportPage.Figure(
                        measure(spec, task),
                        String.format(Locale.ROOT, "%.3f", full.mean()),
                        "of " + ablation.variants().get(0).label() + ", mean of the seeds"));
              }
            });
    page.figures(figures);
    for (String task : spec.tasks().keySet()) {
      String measure = measure(spec, task);
      page.chart(
          "'%s' by variant".formatted(task),
          "%s on the test scenes: mean over the seeds, with the least and the most."
              .formatted(measure),
          bars(ablation, measure),
          300);
    }
    for (String modality : spec.modalities().keySet()) {
      for (Robustness.Harm harm : Robustness.Harm.values()) {
        for (String task : spec.tasks().keySet()) {
          String measure = measure(spec, task);
          Map<String, List<Object>> curves = new LinkedHashMap<>();
          for (Variant variant : ablation.variants()) {
            curves.put(
                variant.label(),
                List.copyOf(ablation.curve(variant, modality, harm, measure).values()));
          }
          page.chart(
              "'%s' with '%s' %s".formatted(task, modality, harm.name().toLowerCase(Locale.ROOT)),
              "%s by the share of the scenes in which it is, mean over the seeds."
                  .formatted(measure),
              Charts.lines("share of scenes harmed", shares(), curves),
              260);
        }
      }
    }
    for (Variant variant : ablation.variants()) {
      if (variant == Variant.FULL || variant == Variant.GMU) {
        Map<String, List<Object>> curves = new LinkedHashMap<>();
        for (String modality : spec.modalities().keySet()) {
          curves.put(
              modality,
              List.copyOf(
                  ablation
                      .curve(variant, modality, Robustness.Harm.DEGRADED, "attention")
                      .values()));
        }
        page.chart(
            "What '%s' looks at".formatted(variant.label()),
            "Mean weight of a modality by the share of its scenes in which it is degraded.",
            Charts.lines("share of scenes degraded", shares(), curves),
            300);
      }
    }
    return page;
  }

  /** The same as an object for JSON. */
  public static Map<String, Object> json(Spec spec, Ablation ablation) {
    Map<String, Object> variants = new LinkedHashMap<>();
    for (Variant variant : ablation.variants()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("parameters", ablation.parameters(variant));
      one.put("metrics", ablation.metrics(variant));
      variants.put(variant.label(), one);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", spec.name());
    json.put("variants", variants);
    json.put("runs", ablation.runs());
    return json;
  }

  /** The measure that a task is first judged by. */
  static String measure(Spec spec, String task) {
    return task + (spec.tasks().get(task) instanceof TaskSpec.Classification ? ".accuracy" : ".r2");
  }

  private static List<Object> shares() {
    return List.copyOf(Robustness.SHARES);
  }

  private static Map<String, Object> bars(Ablation ablation, String measure) {
    List<String> names = new ArrayList<>();
    List<List<Object>> spreads = new ArrayList<>();
    for (Variant variant : ablation.variants()) {
      Ablation.Spread spread = ablation.metrics(variant).get(measure);
      if (spread != null) {
        names.add(variant.label());
        spreads.add(
            List.of(rounded(spread.mean()), rounded(spread.least()), rounded(spread.most())));
      }
    }
    return Charts.bars(names, spreads);
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }
}
