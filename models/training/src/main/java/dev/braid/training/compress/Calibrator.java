package dev.braid.training.compress;

import dev.braid.serving.OnnxGraph;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** Runs a graph over rows and records what its inner values are. */
final class Calibrator {
  private static final int BATCH = 16;

  private Calibrator() {}

  /** The histograms of those values of the graph. */
  static Map<String, Histogram> observe(
      String name,
      ProtoGraph graph,
      Set<String> values,
      List<TensorSpec> inputs,
      List<TensorRow> rows) {
    Map<String, Histogram> seen = new TreeMap<>();
    Set<String> given = graph.inputs();
    for (String value : values) {
      seen.put(value, new Histogram());
    }
    List<String> inner = values.stream().filter(v -> !given.contains(v)).sorted().toList();
    try (OnnxGraph session = OnnxGraph.open(name, graph.toByteArray(inner))) {
      for (boolean counting : new boolean[] {false, true}) {
        for (int from = 0; from < rows.size(); from += BATCH) {
          List<TensorRow> batch = rows.subList(from, Math.min(rows.size(), from + BATCH));
          Map<String, OnnxGraph.Output> outputs = session.run(inputs, batch);
          seen.forEach(
              (value, histogram) -> {
                if (given.contains(value)) {
                  batch.forEach(row -> add(histogram, row.floats(at(inputs, value)), counting));
                } else {
                  add(histogram, Objects.requireNonNull(outputs.get(value)).values(), counting);
                }
              });
        }
      }
    }
    return seen;
  }

  private static void add(Histogram histogram, float[] values, boolean counting) {
    if (counting) {
      histogram.count(values);
    } else {
      histogram.widen(values);
    }
  }

  private static int at(List<TensorSpec> inputs, String name) {
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no input '" + name + "'");
  }
}
