package dev.braid.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.braid.tensor.TensorRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
final class ConcurrentCallsTest {
  @TempDir Path directory;

  /** Holds every call back while it has its turn. */
  private static final class Held implements CallObserver {
    final AtomicInteger under = new AtomicInteger();
    final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    public void ran(int rows, long elements, long padding, long nanos) {
      under.incrementAndGet();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void twoCallsForEachProcessorRunAtOnceAndTheOthersAreAnsweredAfterThem() throws Exception {
    TinyBundle.write(directory);
    int turns = 2 * Runtime.getRuntime().availableProcessors();
    Held held = new Held();
    Set<Thread> asking = ConcurrentHashMap.newKeySet();
    List<Future<List<RowResult<float[]>>>> answers = new ArrayList<>();
    ExecutorService threads = Executors.newCachedThreadPool();
    try (ModelServer.Lease lease = ModelServer.lease(directory, ServingOptions.defaults())) {
      ModelServer server = lease.server();
      List<TensorRow> rows = TinyBundle.rows(server.featurizers().get("log").inputs(), 3);
      for (int i = 0; i < turns + 2; i++) {
        answers.add(
            threads.submit(
                () -> {
                  asking.add(Thread.currentThread());
                  return server.encode("log", rows, held);
                }));
      }
      long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
      while (asking.size() < turns + 2
          || asking.stream().anyMatch(t -> t.getState() != Thread.State.WAITING)) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        Thread.sleep(1);
      }
      // All wait: for the latch, or for a turn.
      assertThat(held.under).hasValue(turns);

      held.goOn.countDown();

      for (Future<List<RowResult<float[]>>> answer : answers) {
        assertThat(answer.get()).hasSize(3).allMatch(RowResult.Served.class::isInstance);
      }
    } finally {
      held.goOn.countDown();
      threads.shutdown();
    }
    assertThat(Leases.open()).isZero();
  }
}
