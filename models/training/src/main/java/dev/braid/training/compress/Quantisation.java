package dev.braid.training.compress;

import dev.braid.bundle.Manifest;
import dev.braid.dataset.Split;
import dev.braid.tensor.TensorRow;
import dev.braid.training.trainer.TrainingData;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** Makes the drafts in bytes of a folded draft, one for each way to choose the ranges. */
final class Quantisation {
  /** Rows of a modality, and scenes, that ranges are chosen from. */
  private static final int ROWS = 512;

  private final Trial folded;
  private final boolean dynamic;
  private final Map<String, Map<String, Histogram>> seen = new LinkedHashMap<>();

  /**
   * Observes the activations of every model on training rows.
   *
   * @param folded graphs without batch norms
   */
  Quantisation(Trial folded, boolean dynamic, long seed) {
    this.folded = folded;
    this.dynamic = dynamic;
    TrainingData data = folded.data();
    List<TrainingData.Example> scenes = new ArrayList<>(data.examples(Split.TRAIN));
    Collections.shuffle(scenes, new Random(seed));
    folded
        .draft()
        .models()
        .forEach(
            (name, model) -> {
              ProtoGraph graph = parse(model);
              List<TensorRow> rows =
                  name.equals("fusion")
                      ? folded.scenes().fusionRows(scenes.subList(0, Math.min(ROWS, scenes.size())))
                      : rows(data, scenes, name);
              if (graph.isOurs() && !rows.isEmpty()) {
                Set<String> values = Int8.activations(graph, dynamic);
                seen.put(
                    name, Calibrator.observe(model.file(), graph, values, model.inputs(), rows));
              }
            });
  }

  /** The draft in bytes. */
  Draft quantised(RangeMethod method) {
    Map<String, byte[]> changed = new LinkedHashMap<>();
    Map<String, Manifest.Model> models = folded.draft().models();
    seen.forEach(
        (name, histograms) -> {
          Manifest.Model model = java.util.Objects.requireNonNull(models.get(name));
          ProtoGraph graph = parse(model);
          Map<String, Range> ranges = new LinkedHashMap<>();
          histograms.forEach((value, histogram) -> ranges.put(value, method.of(histogram)));
          Int8.quantise(graph, ranges, dynamic);
          changed.put(name, graph.toByteArray());
        });
    return folded.draft().with(changed, "int8", "int8, ranges by " + method.label());
  }

  private ProtoGraph parse(Manifest.Model model) {
    return ProtoGraph.parse(model.file(), folded.draft().onnx(model));
  }

  private static List<TensorRow> rows(
      TrainingData data, List<TrainingData.Example> scenes, String modality) {
    Set<Integer> indices = new TreeSet<>();
    for (TrainingData.Example scene : scenes) {
      TrainingData.Tokens tokens = scene.tokens().get(modality);
      for (int i = 0; tokens != null && i < tokens.rows().length && indices.size() < ROWS; i++) {
        indices.add(tokens.rows()[i]);
      }
    }
    return indices.stream().map(data.rows(modality)::get).toList();
  }
}
