package dev.braid.bench.baseline;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** Threads that do the same at the same time. */
public final class SideBySide {
  private SideBySide() {}

  /**
   * Runs {@code body} in each thread, with the thread's number from 0, and waits for all.
   *
   * @throws IllegalStateException if one fails
   */
  public static void run(int threads, IntConsumer body) throws InterruptedException {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int number = i;
        running.add(executor.submit(() -> body.accept(number)));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a thread that was measured failed", e.getCause());
    } finally {
      executor.shutdownNow();
    }
  }
}
