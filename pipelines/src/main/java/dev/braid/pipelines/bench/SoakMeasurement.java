package dev.braid.pipelines.bench;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.Manifest;
import dev.braid.serving.ModelServer;
import dev.braid.serving.RowResult;
import dev.braid.serving.ServingOptions;
import dev.braid.serving.WatchedPlace;
import dev.braid.tensor.TensorRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Calls a server from one thread for each processor, as workers of a pipeline do, while one version
 * of its bundle after the other is written over the last. A version differs from the one before in
 * its anomaly threshold, and so in its digest; every model is loaded again. Not safe for threads.
 */
public final class SoakMeasurement {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** One call in so many goes to an encoder, and the others to the fusion. */
  private static final int ENCODER_EVERY = 16;

  /** Rows of a call of the fusion: 1 to so many, in turns. */
  private static final int MOST_ROWS = 16;

  private final Path directory;
  private final Bundle bundle;
  private final Map<String, List<TensorRow>> encoderRows = new LinkedHashMap<>();
  private final List<TensorRow> fusionRows;
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong rows = new AtomicLong();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final Map<Integer, String> serving = new ConcurrentHashMap<>();

  /**
   * @param directory of the bundle that is served, and overwritten
   */
  public SoakMeasurement(Path directory) {
    this.directory = directory;
    this.bundle = Bundle.open(directory);
    bundle
        .manifest()
        .encoders()
        .forEach((modality, model) -> encoderRows.put(modality, bundle.golden(model).rows()));
    this.fusionRows = bundle.golden(bundle.manifest().fusion()).rows();
  }

  /**
   * Measures.
   *
   * @param wantedSwaps 5 or more
   * @param progress is told the swaps that were done
   * @throws IOException if the bundle cannot be written, or this system does not say how much
   *     memory a process has
   */
  public Soak run(long wantedCalls, int wantedSwaps, Consumer<String> progress)
      throws IOException, InterruptedException {
    int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
    Map<String, byte[]> files = files();
    long start = System.nanoTime();
    List<Long> resident = new ArrayList<>();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    List<Future<?>> callers = new ArrayList<>();
    try {
      for (int t = 0; t < threads; t++) {
        int id = t;
        callers.add(executor.submit(() -> call(id)));
      }
      await(callers, () -> serving.size() == threads);
      for (int swap = 1; swap <= wantedSwaps; swap++) {
        long due = wantedCalls * swap / wantedSwaps;
        Bundle next = Bundle.write(directory, version(swap), files);
        await(callers, () -> Set.copyOf(serving.values()).equals(Set.of(next.digest())));
        while (calls.get() < due) {
          long answered = calls.get();
          await(callers, () -> calls.get() > answered);
        }
        // Buffers of the version that went are native memory that only the collector frees, and
        // it comes to them when the heap is full.
        System.gc();
        resident.add(residentBytes());
        if (swap % Math.max(1, wantedSwaps / 10) == 0) {
          progress.accept(
              "%,d calls, %d swaps, %,d MB resident"
                  .formatted(calls.get(), swap, resident.get(swap - 1) / 1_000_000));
        }
      }
    } finally {
      stopped.set(true);
      executor.shutdown();
    }
    for (Future<?> caller : callers) {
      join(caller);
    }
    int fifth = wantedSwaps / 5;
    return new Soak(
        calls.get(),
        rows.get(),
        wantedSwaps,
        (System.nanoTime() - start) / 1e9,
        mean(resident.subList(2 * fifth, 3 * fifth)),
        mean(resident.subList(wantedSwaps - fifth, wantedSwaps)),
        resident.stream().mapToLong(Long::longValue).max().orElseThrow());
  }

  private void call(int id) {
    List<String> modalities = List.copyOf(encoderRows.keySet());
    try (ModelServer.Lease lease =
        ModelServer.leaseNewest(
            directory,
            bundle.manifest(),
            WatchedPlace.of(directory),
            ServingOptions.defaults(),
            null)) {
      for (int i = id; !stopped.get(); i++) {
        lease.renew();
        serving.put(id, lease.server().digest());
        List<? extends RowResult<?>> results;
        if (i % ENCODER_EVERY == 0) {
          String modality = modalities.get(i / ENCODER_EVERY % modalities.size());
          results = lease.server().encode(modality, encoderRows.getOrDefault(modality, List.of()));
        } else {
          List<TensorRow> batch = new ArrayList<>();
          for (int row = 0; row <= i % MOST_ROWS; row++) {
            batch.add(fusionRows.get(row % fusionRows.size()));
          }
          results = lease.server().fuse(batch);
        }
        for (RowResult<?> result : results) {
          if (result instanceof RowResult.Failed<?> failed) {
            throw new IllegalStateException("a golden row was not answered: " + failed.reason());
          }
        }
        calls.incrementAndGet();
        rows.addAndGet(results.size());
      }
    }
  }

  private Manifest version(int number) {
    Manifest first = bundle.manifest();
    return new Manifest(
        first.formatVersion(),
        first.name(),
        first.spec(),
        first.encoders(),
        first.fusion(),
        first.featurizers(),
        first.anomalyThreshold() * (1 + number * 1e-9),
        first.precision(),
        first.provenance(),
        Map.of());
  }

  private Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String file : bundle.manifest().files().keySet()) {
      files.put(file, Files.readAllBytes(bundle.path(file)));
    }
    return files;
  }

  /** What is waited for. */
  private interface Condition {
    boolean holds();
  }

  private static void await(List<Future<?>> callers, Condition condition)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      for (Future<?> caller : callers) {
        if (caller.isDone()) {
          join(caller);
        }
      }
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(
            "nothing happened for %d minutes".formatted(PATIENCE.toMinutes()));
      }
      Thread.sleep(5);
    }
  }

  private static void join(Future<?> caller) throws InterruptedException {
    try {
      caller.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a caller failed: " + e.getMessage(), e);
    }
  }

  private static long mean(List<Long> values) {
    return Math.round(values.stream().mapToLong(Long::longValue).average().orElseThrow());
  }

  private static long residentBytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (Files.isReadable(status)) {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    }
    throw new IOException("this system does not say how much memory a process has in " + status);
  }
}
