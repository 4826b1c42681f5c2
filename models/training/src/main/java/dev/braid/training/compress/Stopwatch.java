package dev.braid.training.compress;

import dev.braid.tensor.TensorRow;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Times every model of several bundles side by side: the bundles take turns. What counts is the
 * processor time of the calling thread, which does all of the work (a session has one thread): on
 * an idle machine that is the latency, and on a busy one the others do not count.
 */
final class Stopwatch {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int LARGE = 32;
  private static final int ROUNDS = 9;
  private static final long ROUND_NANOS = 20_000_000;

  private Stopwatch() {}

  /** For each trial, in their order, the latency of each model. */
  static List<Map<String, Stage.Latency>> measure(List<Trial> trials) {
    List<Map<String, Stage.Latency>> latencies = new ArrayList<>();
    trials.forEach(t -> latencies.add(new LinkedHashMap<>()));
    for (String model : trials.get(0).draft().models().keySet()) {
      if (trials.get(0).rows(model, 1).isEmpty()) {
        continue; // The data set has nothing of this modality.
      }
      double[] single = medians(trials, model, 1);
      double[] large = medians(trials, model, LARGE);
      for (int i = 0; i < single.length; i++) {
        latencies.get(i).put(model, new Stage.Latency(single[i], large[i]));
      }
    }
    return latencies;
  }

  private static double[] medians(List<Trial> trials, String model, int batch) {
    List<List<TensorRow>> rows =
        trials.stream().map(t -> repeated(t.rows(model, batch), batch)).toList();
    int[] calls = new int[trials.size()];
    for (int i = 0; i < calls.length; i++) {
      time(trials.get(i), model, rows.get(i), 3);
      double once = time(trials.get(i), model, rows.get(i), 3);
      calls[i] = (int) Math.max(1, Math.min(1_000, ROUND_NANOS / 1_000 / once));
    }
    double[][] micros = new double[calls.length][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < calls.length; i++) {
        micros[i][round] = time(trials.get(i), model, rows.get(i), calls[i]);
      }
    }
    double[] medians = new double[calls.length];
    for (int i = 0; i < calls.length; i++) {
      Arrays.sort(micros[i]);
      medians[i] = micros[i][ROUNDS / 2];
    }
    return medians;
  }

  /** Microseconds of processor time a call. */
  private static double time(Trial trial, String model, List<TensorRow> rows, int calls) {
    long begin = THREADS.getCurrentThreadCpuTime();
    for (int i = 0; i < calls; i++) {
      trial.run(model, rows);
    }
    return Math.max(1e-3, (THREADS.getCurrentThreadCpuTime() - begin) / 1e3 / calls);
  }

  private static List<TensorRow> repeated(List<TensorRow> rows, int count) {
    List<TensorRow> all = new ArrayList<>();
    while (all.size() < count) {
      all.add(rows.get(all.size() % rows.size()));
    }
    return all;
  }
}
