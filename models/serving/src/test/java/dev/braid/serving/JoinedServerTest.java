package dev.braid.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.braid.serving.ServingOptions.Joining;
import dev.braid.tensor.TensorRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server on a CPU that joins calls as one on a GPU does. */
@Timeout(300)
final class JoinedServerTest {
  private static final TinyBundle TINY = TinyBundle.ofSeed(1);

  @TempDir Path directory;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void noServerIsLeftOpen() throws Exception {
    threads.shutdown();
    assertThat(threads.awaitTermination(5, TimeUnit.MINUTES)).isTrue();
    assertThat(Leases.open()).isZero();
  }

  private ModelServer.Lease lease() {
    TinyBundle.write(directory);
    return ModelServer.lease(directory, ServingOptions.defaults().withJoining(Joining.ALWAYS));
  }

  private static <T> T value(RowResult<T> result) {
    assertThat(result).isInstanceOf(RowResult.Served.class);
    return ((RowResult.Served<T>) result).value();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "cuda:1", "tensorrt"})
  void callsAreJoinedOnAGpu(String device) {
    LanePolicy policy = LanePolicy.of(Device.parse(device), Joining.BY_DEVICE);
    assertThat(policy.joined()).isTrue();
    assertThat(policy.run()).isEqualTo(BatchSize.of(256));
    assertThat(policy.caller()).isEqualTo(BatchSize.of(64));
    assertThat(LanePolicy.of(Device.parse(device), Joining.NEVER).joined()).isFalse();
  }

  @Test
  void callsAreNotJoinedOnACpuUnlessThatIsAskedFor() {
    assertThat(LanePolicy.of(Device.ON_CPU, Joining.BY_DEVICE)).isEqualTo(LanePolicy.OF_CPU);
    assertThat(LanePolicy.OF_CPU.joined()).isFalse();
    assertThat(LanePolicy.of(Device.ON_CPU, Joining.ALWAYS).joined()).isTrue();
  }

  @Test
  void theDelayIsAsLongAsTheLastRunButBounded() {
    assertThat(LanePolicy.OF_GPU.maxDelayNanos().applyAsLong(0)).isZero();
    assertThat(LanePolicy.OF_GPU.maxDelayNanos().applyAsLong(300_000)).isEqualTo(300_000);
    assertThat(LanePolicy.OF_GPU.maxDelayNanos().applyAsLong(50_000_000)).isEqualTo(1_000_000);
  }

  @Test
  void callsToDifferentModelsDoNotMix() throws Exception {
    try (ModelServer.Lease lease = lease()) {
      ModelServer server = lease.server();
      List<Callable<Void>> callers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        for (String modality : server.featurizers().keySet()) {
          callers.add(() -> encode(server, modality));
        }
        callers.add(() -> fuse(server));
      }
      for (Future<Void> caller : threads.invokeAll(callers)) {
        caller.get();
      }
    }
  }

  private static Void encode(ModelServer server, String modality) {
    for (int call = 1; call <= 30; call++) {
      List<TensorRow> rows = TinyBundle.rows(server.featurizers().get(modality).inputs(), call);
      List<RowResult<float[]>> results = server.encode(modality, rows);
      assertThat(results).hasSize(call);
      for (int i = 0; i < call; i++) {
        float[] found = value(results.get(i));
        float[] expected = TINY.models().encode(modality, rows.get(i));
        assertThat(found).hasSameSizeAs(expected);
        for (int d = 0; d < found.length; d++) {
          assertThat(found[d]).isCloseTo(expected[d], within(1e-5f));
        }
      }
    }
    return null;
  }

  private static Void fuse(ModelServer server) {
    for (int call = 1; call <= 30; call++) {
      List<TensorRow> rows = TinyBundle.rows(server.sceneTensors().inputs(), call);
      for (int i = 0; i < call; i++) {
        assertThat(value(server.fuse(rows).get(i)).anomalyScore())
            .isCloseTo(TINY.models().fuse(rows.get(i))[2][0], within(1e-5f));
      }
    }
    return null;
  }

  @Test
  void closingWaitsForThoseWhoQueueToo() throws Exception {
    ModelServer.Lease lease = lease();
    ModelServer server = lease.server();
    List<TensorRow> rows = TinyBundle.rows(server.featurizers().get("log").inputs(), 3);
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CallObserver held =
        new CallObserver() {
          @Override
          public void ran(int batch, long elements, long padding, long nanos) {
            running.countDown();
            try {
              goOn.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    Future<List<RowResult<float[]>>> first = threads.submit(() -> server.encode("log", rows, held));
    running.await();
    AtomicReference<Thread> asking = new AtomicReference<>();
    AtomicReference<Thread> ending = new AtomicReference<>();
    Future<List<RowResult<float[]>>> second =
        threads.submit(
            () -> {
              asking.set(Thread.currentThread());
              return server.encode("log", rows);
            });
    untilWaiting(asking);
    Future<?> closing =
        threads.submit(
            () -> {
              ending.set(Thread.currentThread());
              lease.close();
            });
    untilWaiting(ending);
    assertThat(closing.isDone()).isFalse();

    goOn.countDown();

    closing.get();
    assertThat(first.get()).hasSize(3).allSatisfy(JoinedServerTest::value);
    assertThat(second.get()).hasSize(3).allSatisfy(JoinedServerTest::value);
    assertThatThrownBy(() -> server.encode("log", rows))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("was given back");
  }

  private static void untilWaiting(AtomicReference<Thread> thread) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
    while (thread.get() == null || thread.get().getState() != Thread.State.WAITING) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(1);
    }
  }
}
