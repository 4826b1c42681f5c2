package dev.braid.pipelines.bench;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.Manifest;
import dev.braid.dataset.Dataset;
import dev.braid.dataset.LabelledScene;
import dev.braid.dataset.Split;
import dev.braid.pipelines.evaluate.Scorer;
import dev.braid.scene.Answer;
import dev.braid.serving.ModelInfo;
import dev.braid.serving.ModelServer;
import dev.braid.serving.ServingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * One system, measured alone in its process: how long it takes for the test scenes of a data set,
 * how long a scene waits for its answer while scenes arrive at a given rate, and how much memory
 * the process ever had.
 */
public final class SystemMeasurement {
  private static final int WORKERS = 2;
  private static final int PASSES = 4;
  private static final int RESPONSE_SECONDS = 5;
  private static final int MOST_ARRIVALS = 2_000;

  /**
   * What was measured.
   *
   * @param scenes that one pass answers
   * @param rejected observations that were left out, since they cannot be used
   * @param seconds of one pass, the mean of the passes after the first
   * @param responseMillis median time from a scene's arrival to its answer, 0 without a rate
   * @param responseP95Millis the same, 95th percentile
   * @param peakMebibytes the largest resident memory of the process
   * @param parameters of all models
   * @param modelBytes of all model files
   * @param accuracy by task, of the classifications
   */
  public record Figures(
      int scenes,
      int rejected,
      double seconds,
      double responseMillis,
      double responseP95Millis,
      double peakMebibytes,
      long parameters,
      long modelBytes,
      Map<String, Double> accuracy) {}

  private final ServingWay way;
  private final List<Arrival> arrivals;
  private final List<ServedScenes> workers = new ArrayList<>();

  private SystemMeasurement(ServingWay way, List<Arrival> arrivals) {
    this.way = way;
    this.arrivals = arrivals;
  }

  /**
   * Measures in this process, which should do nothing else.
   *
   * @param rate scenes that arrive in a second, or 0 to leave the response out
   * @throws IOException if the bundle or its copies cannot be read or written
   */
  public static Figures run(ServingWay way, Path bundle, Path data, double rate)
      throws IOException, InterruptedException {
    Dataset dataset = Dataset.open(data);
    List<LabelledScene> scenes = dataset.scenes(Split.TEST);
    if (scenes.isEmpty()) {
      throw new IllegalArgumentException("the data set has no test scenes");
    }
    List<ModelServer.Lease> leases = new ArrayList<>();
    List<Path> copies = new ArrayList<>();
    ExecutorService executor = Executors.newFixedThreadPool(WORKERS + 1);
    try {
      for (int i = 0; i < WORKERS; i++) {
        Path mine = bundle;
        if (!way.sharesSessions()) {
          mine = copy(bundle, i);
          copies.add(mine);
        }
        leases.add(ModelServer.lease(mine, ServingOptions.defaults()));
      }
      ModelServer first = leases.get(0).server();
      ServedScenes.Arrivals usable = ServedScenes.arrivals(first.spec(), dataset, scenes);
      SystemMeasurement measurement = new SystemMeasurement(way, usable.scenes());
      leases.forEach(lease -> measurement.workers.add(new ServedScenes(lease.server())));
      Scorer scorer = new Scorer(first.spec());
      double seconds = 0;
      for (int pass = 0; pass <= PASSES; pass++) {
        long begin = System.nanoTime();
        List<Answer> answers = measurement.pass(executor);
        if (pass > 0) {
          seconds += (System.nanoTime() - begin) / 1e9 / PASSES;
        } else {
          for (int i = 0; i < answers.size(); i++) {
            LabelledScene scene = measurement.arrivals.get(i).scene();
            scorer.add(scene.labels(), answers.get(i), scene.observations().keySet());
          }
        }
      }
      double[] waits = rate > 0 ? measurement.responses(executor, rate) : new double[] {0};
      Arrays.sort(waits);
      Map<String, Double> accuracy = new LinkedHashMap<>();
      scorer
          .tasks()
          .forEach(
              (task, scores) -> {
                Double value = scores.get("accuracy");
                if (value != null) {
                  accuracy.put(task, value);
                }
              });
      return new Figures(
          measurement.arrivals.size(),
          usable.rejected(),
          seconds,
          waits[waits.length / 2],
          waits[(int) (waits.length * 0.95)],
          peakMebibytes(),
          first.models().stream().mapToLong(ModelInfo::parameters).sum(),
          first.models().stream().mapToLong(ModelInfo::bytes).sum(),
          accuracy);
    } finally {
      executor.shutdownNow();
      leases.forEach(ModelServer.Lease::close);
      for (Path copy : copies) {
        delete(copy);
      }
    }
  }

  /** All scenes, by all workers. */
  private List<Answer> pass(ExecutorService executor) throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    Answer[] answers = new Answer[arrivals.size()];
    List<Future<?>> running = new ArrayList<>();
    for (ServedScenes worker : workers) {
      running.add(
          executor.submit(
              () -> {
                for (int from = next.getAndAdd(way.batch());
                    from < answers.length;
                    from = next.getAndAdd(way.batch())) {
                  List<Arrival> part =
                      arrivals.subList(from, Math.min(answers.length, from + way.batch()));
                  List<Answer> given = worker.answer(part, !way.sharesSessions());
                  for (int i = 0; i < given.size(); i++) {
                    answers[from + i] = given.get(i);
                  }
                }
              }));
    }
    join(running);
    return Arrays.asList(answers);
  }

  /** Milliseconds from arrival to answer, with arrivals as a Poisson process. */
  private double[] responses(ExecutorService executor, double rate) throws InterruptedException {
    int count = (int) Math.max(50, Math.min(MOST_ARRIVALS, rate * RESPONSE_SECONDS));
    Random random = new Random(1);
    long[] due = new long[count];
    double at = 0;
    for (int i = 0; i < count; i++) {
      at += -Math.log(1 - random.nextDouble()) / rate * 1e9;
      due[i] = (long) at;
    }
    BlockingQueue<Integer> waiting = new ArrayBlockingQueue<>(count);
    double[] millis = new double[count];
    AtomicInteger left = new AtomicInteger(count);
    long begin = System.nanoTime();
    List<Future<?>> running = new ArrayList<>();
    running.add(
        executor.submit(
            () -> {
              for (int i = 0; i < count; i++) {
                for (long early = begin + due[i] - System.nanoTime();
                    early > 0;
                    early = begin + due[i] - System.nanoTime()) {
                  LockSupport.parkNanos(early);
                }
                waiting.add(i);
              }
            }));
    for (ServedScenes worker : workers) {
      running.add(
          executor.submit(
              () -> {
                while (left.get() > 0) {
                  List<Integer> taken = new ArrayList<>();
                  Integer first = waiting.poll(20, TimeUnit.MILLISECONDS);
                  if (first == null) {
                    continue;
                  }
                  taken.add(first);
                  // The other workers' share stays: together they are done with a burst sooner.
                  waiting.drainTo(taken, Math.min(way.batch() - 1, waiting.size() / WORKERS));
                  worker.answer(
                      taken.stream().map(i -> arrivals.get(i % arrivals.size())).toList(),
                      !way.sharesSessions());
                  long now = System.nanoTime();
                  for (int i : taken) {
                    millis[i] = (now - begin - due[i]) / 1e6;
                  }
                  left.addAndGet(-taken.size());
                }
                return null;
              }));
    }
    join(running);
    return millis;
  }

  private static void join(List<Future<?>> running) throws InterruptedException {
    for (Future<?> one : running) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("a worker failed: " + e.getCause(), e.getCause());
      }
    }
  }

  /** A bundle that answers alike and shares no session, since its provenance is another. */
  private static Path copy(Path bundle, int worker) throws IOException {
    Manifest manifest = Bundle.open(bundle).manifest();
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String file : manifest.files().keySet()) {
      files.put(file, Files.readAllBytes(bundle.resolve(file)));
    }
    Manifest.Provenance old = manifest.provenance();
    Path copy = Files.createTempDirectory("braid-bench");
    Bundle.write(
        copy,
        new Manifest(
            manifest.formatVersion(),
            manifest.name(),
            manifest.spec(),
            manifest.encoders(),
            manifest.fusion(),
            manifest.featurizers(),
            manifest.anomalyThreshold(),
            manifest.precision(),
            new Manifest.Provenance(
                old.dataDigest(),
                old.seed(),
                old.commit() + " (worker " + worker + ")",
                old.variant(),
                old.metrics()),
            Map.of()),
        files);
    return copy;
  }

  /** VmHWM of Linux; NaN where there is none. */
  private static double peakMebibytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return Double.NaN;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
          .findFirst()
          .orElse(Double.NaN);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
