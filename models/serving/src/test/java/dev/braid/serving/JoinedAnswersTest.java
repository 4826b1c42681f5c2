package dev.braid.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.braid.tensor.TensorRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads whose calls are joined, held to the same calls by themselves. */
@Timeout(300)
final class JoinedAnswersTest {
  @Test
  void theAnswersAreThoseOfCallsByThemselvesWhateverIsJoined() throws Exception {
    Model model = TextEncoder.open();
    CountDownLatch first = new CountDownLatch(1);
    AtomicInteger runs = new AtomicInteger();
    JoinedRuns joined =
        new JoinedRuns(
            (rows, observer) -> {
              if (runs.incrementAndGet() == 1) {
                await(first);
              }
              return model.run(rows, float[][]::clone, observer);
            },
            40,
            JoinedRuns.asLongAsARun(1, TimeUnit.MILLISECONDS));
    List<Callable<Void>> callers = new ArrayList<>();
    for (int caller = 0; caller < 8; caller++) {
      Random random = new Random(caller);
      callers.add(
          () -> {
            for (int call = 0; call < 60; call++) {
              List<TensorRow> rows = anyRows(random);
              assertSame(
                  joined.run(rows, outputs -> outputs[0], CallObserver.NONE),
                  model.run(rows, outputs -> outputs[0], CallObserver.NONE));
            }
            return null;
          });
    }
    ExecutorService threads = Executors.newCachedThreadPool();
    try (model) {
      List<Future<Void>> asking = callers.stream().map(threads::submit).toList();
      while (joined.queued() < 7) {
        Thread.onSpinWait();
      }
      first.countDown();
      for (Future<Void> caller : asking) {
        caller.get();
      }
    } finally {
      first.countDown();
      threads.shutdown();
    }
    assertThat(joined.queued()).isZero();
    // At least those were joined that queued behind the first, or nothing was shown.
    assertThat(runs.get()).isLessThan(8 * 60);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<TensorRow> anyRows(Random random) {
    List<TensorRow> rows = new ArrayList<>();
    for (int i = random.nextInt(20); i >= 0; i--) {
      int length = 1 + random.nextInt(6);
      long[] terms = random.longs(length, 0, TinyModels.VOCABULARY).toArray();
      float[] weights = new float[length];
      for (int t = 0; t < length; t++) {
        weights[t] = random.nextFloat();
      }
      int kind = random.nextInt(40);
      if (kind == 0) {
        terms[random.nextInt(length)] = 99;
      } else if (kind == 1) {
        weights[random.nextInt(length)] = Float.NaN;
      }
      rows.add(kind == 2 ? TensorRow.of(new float[] {1}) : TensorRow.of(terms, weights));
    }
    return rows;
  }

  private static void assertSame(List<RowResult<float[]>> found, List<RowResult<float[]>> alone) {
    assertThat(found).hasSameSizeAs(alone);
    for (int i = 0; i < alone.size(); i++) {
      if (alone.get(i) instanceof RowResult.Served<float[]> expected) {
        assertThat(found.get(i)).isInstanceOf(RowResult.Served.class);
        float[] value = ((RowResult.Served<float[]>) found.get(i)).value();
        for (int d = 0; d < value.length; d++) {
          assertThat(value[d]).isCloseTo(expected.value()[d], within(1e-6f));
        }
      } else {
        assertThat(found.get(i)).isEqualTo(alone.get(i));
      }
    }
  }
}
