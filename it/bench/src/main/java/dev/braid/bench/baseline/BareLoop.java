package dev.braid.bench.baseline;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.Manifest;
import dev.braid.tensor.TensorRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/** The limit: threads that do nothing but hand rows, which are ready, to one session. */
public final class BareLoop implements AutoCloseable {
  private final List<OnnxSession> sessions = new ArrayList<>();
  private final List<TensorRow> rows;

  /**
   * One session on the CPU.
   *
   * @param rows that take turns
   */
  public BareLoop(Path directory, Bundle bundle, boolean fusion, List<TensorRow> rows) {
    this(directory, bundle, fusion, rows, OnnxSession.NO_GPU, 1);
  }

  /**
   * Several sessions, each for its share of the threads.
   *
   * @param rows that take turns
   * @param gpu the number of a CUDA device, or {@link OnnxSession#NO_GPU}
   */
  public BareLoop(
      Path directory, Bundle bundle, boolean fusion, List<TensorRow> rows, int gpu, int count) {
    Manifest.Model model = RowMaker.model(bundle, fusion);
    this.rows = rows;
    for (int i = 0; i < count; i++) {
      sessions.add(new OnnxSession(directory, model, gpu));
    }
  }

  /** The answers to the rows, in their order, each output's elements. */
  public List<float[][]> answers() {
    OnnxSession.Batch batch = sessions.get(0).batch(rows.size());
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
    SideBySide.run(
        threads, i -> loop(sessions.get(i % sessions.size()), batchRows, over, answered));
  }

  @Override
  public void close() {
    sessions.forEach(OnnxSession::close);
  }

  private void loop(
      OnnxSession session, int batchRows, BooleanSupplier over, IntConsumer answered) {
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
