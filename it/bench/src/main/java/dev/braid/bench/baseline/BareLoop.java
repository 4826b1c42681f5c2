package dev.braid.bench.baseline;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.Manifest;
import dev.braid.tensor.TensorRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/** The limit: threads that do nothing but hand rows, which are ready, to one session. */
public final class BareLoop implements AutoCloseable {
  private final OnnxSession session;
  private final List<TensorRow> rows;

  /**
   * @param rows that take turns
   */
  public BareLoop(Path directory, Bundle bundle, boolean fusion, List<TensorRow> rows) {
    Manifest.Model model = RowMaker.model(bundle, fusion);
    this.session = new OnnxSession(directory, model);
    this.rows = rows;
  }

  /** The answers to the rows, in their order, each output's elements. */
  public List<float[][]> answers() {
    OnnxSession.Batch batch = session.batch(rows.size());
    rows.forEach(batch::add);
    return List.of(batch.run());
  }

  /**
   * Runs until it is over.
   *
   * @param batchRows of every call
   * @param answered hears how many rows came out
   */
  public void run(int threads, int batchRows, BooleanSupplier over, IntConsumer answered)
      throws InterruptedException {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(executor.submit(() -> loop(batchRows, over, answered)));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the bare loop failed", e.getCause());
    } finally {
      executor.shutdownNow();
    }
  }

  @Override
  public void close() {
    session.close();
  }

  private void loop(int batchRows, BooleanSupplier over, IntConsumer answered) {
    OnnxSession.Batch batch = session.batch(batchRows);
    int next = 0;
    while (!over.getAsBoolean()) {
      boolean full = false;
      while (!full) {
        full = batch.add(rows.get(next));
        next = next + 1 == rows.size() ? 0 : next + 1;
      }
      answered.accept(batch.run().length);
    }
  }
}
