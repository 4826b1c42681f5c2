package dev.braid.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.braid.tensor.TensorRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * On a CPU, with a real session: the text encoder of the tiny bundle, whose rows vary in length.
 */
@Timeout(300)
final class JoinedRunsTest {
  private static final TinyBundle TINY = TinyBundle.ofSeed(1);
  private static final LongUnaryOperator AT_ONCE = lastRun -> 0;
  private static final LongUnaryOperator FOR_EVER = lastRun -> Long.MAX_VALUE;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Integer> runs = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch first = new CountDownLatch(1);
  private Model model;

  @BeforeEach
  void open() throws Exception {
    model = TextEncoder.open();
  }

  @AfterEach
  void close() throws Exception {
    first.countDown();
    threads.shutdown();
    assertThat(threads.awaitTermination(5, TimeUnit.MINUTES)).isTrue();
    model.close();
  }

  /** Notes the rows of each run, and holds the first one back until it may go on. */
  private List<RowResult<float[][]>> run(List<TensorRow> rows, CallObserver observer) {
    runs.add(rows.size());
    if (runs.size() == 1) {
      uninterruptibly(first::await);
    }
    return model.run(rows, float[][]::clone, observer);
  }

  private interface Waiting {
    void await() throws InterruptedException;
  }

  private static void uninterruptibly(Waiting waiting) {
    boolean interrupted = false;
    while (true) {
      try {
        waiting.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(1);
    }
  }

  private static TensorRow row(int term) {
    return TensorRow.of(new long[] {term}, new float[] {1 + term});
  }

  private static List<TensorRow> rows(int term, int count) {
    return Collections.nCopies(count, row(term));
  }

  private static final TensorRow UNKNOWN_TERM = TensorRow.of(new long[] {99}, new float[] {1});

  private Future<List<RowResult<float[]>>> ask(JoinedRuns joined, List<TensorRow> rows) {
    return threads.submit(() -> joined.run(rows, outputs -> outputs[0], CallObserver.NONE));
  }

  /** Asks while the first run is held back, one caller after the other. */
  private Future<List<RowResult<float[]>>> queue(JoinedRuns joined, List<TensorRow> rows)
      throws InterruptedException {
    int before = joined.queued();
    Future<List<RowResult<float[]>>> answers = ask(joined, rows);
    until(() -> joined.queued() > before);
    return answers;
  }

  private Future<List<RowResult<float[]>>> askFirst(JoinedRuns joined, List<TensorRow> rows)
      throws InterruptedException {
    Future<List<RowResult<float[]>>> answers = ask(joined, rows);
    until(() -> !runs.isEmpty());
    return answers;
  }

  private static void assertAnswered(List<RowResult<float[]>> results, List<TensorRow> rows) {
    assertThat(results).hasSameSizeAs(rows);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(results.get(i)).isInstanceOf(RowResult.Served.class);
      float[] value = ((RowResult.Served<float[]>) results.get(i)).value();
      float[] expected = TINY.models().encode("log", rows.get(i));
      assertThat(value).hasSameSizeAs(expected);
      for (int d = 0; d < value.length; d++) {
        assertThat(value[d]).isCloseTo(expected[d], within(1e-5f));
      }
    }
  }

  @Test
  void callersThatComeWhileARunIsUnderWayShareTheNextAndEachHasItsOwnAnswers() throws Exception {
    JoinedRuns joined = new JoinedRuns(this::run, 256, AT_ONCE);
    Future<List<RowResult<float[]>>> a = askFirst(joined, rows(0, 3));
    Future<List<RowResult<float[]>>> b = queue(joined, List.of(row(1), row(2)));
    Future<List<RowResult<float[]>>> c = queue(joined, List.of(row(3)));
    Future<List<RowResult<float[]>>> d = queue(joined, List.of(row(4), row(0), row(2)));

    first.countDown();

    assertAnswered(a.get(), rows(0, 3));
    assertAnswered(b.get(), List.of(row(1), row(2)));
    assertAnswered(c.get(), List.of(row(3)));
    assertAnswered(d.get(), List.of(row(4), row(0), row(2)));
    assertThat(runs).containsExactly(3, 6);
  }

  @Test
  void aRunHasNoMoreRowsThanItMayAndTheEldestGoFirst() throws Exception {
    JoinedRuns joined = new JoinedRuns(this::run, 10, AT_ONCE);
    askFirst(joined, rows(0, 1));
    queue(joined, rows(1, 4));
    queue(joined, rows(2, 5));
    queue(joined, rows(3, 2));
    Future<List<RowResult<float[]>>> large = queue(joined, rows(4, 12));
    Future<List<RowResult<float[]>>> last = queue(joined, rows(1, 1));

    first.countDown();

    assertAnswered(last.get(), rows(1, 1));
    assertAnswered(large.get(), rows(4, 12));
    // Who brings more than a run takes has one to itself, which the model cuts.
    assertThat(runs).containsExactly(1, 9, 2, 12, 1);
  }

  @Test
  void aRowThatFailsIsItsCallersAloneWhoeverShareTheRun() throws Exception {
    JoinedRuns joined = new JoinedRuns(this::run, 256, AT_ONCE);
    askFirst(joined, rows(0, 1));
    Future<List<RowResult<float[]>>> sound = queue(joined, List.of(row(1), row(2), row(3)));
    Future<List<RowResult<float[]>>> bad = queue(joined, List.of(row(4), UNKNOWN_TERM));
    Future<List<RowResult<float[]>>> after = queue(joined, List.of(row(0), row(1)));

    first.countDown();

    assertAnswered(sound.get(), List.of(row(1), row(2), row(3)));
    assertAnswered(after.get(), List.of(row(0), row(1)));
    assertAnswered(bad.get().subList(0, 1), List.of(row(4)));
    assertThat(bad.get().get(1))
        .isInstanceOfSatisfying(
            RowResult.Failed.class,
            failed -> assertThat(failed.reason()).startsWith("encoder 'log': "));
    assertThat(runs).containsExactly(1, 7);
  }

  @Test
  void whatNoRowExplainsIsTheFaultOfTheOneWhoBroughtItAndTheOthersAreAnswered() throws Exception {
    JoinedRuns joined = new JoinedRuns(this::run, 256, AT_ONCE);
    askFirst(joined, rows(0, 1));
    // The one who leads.
    Future<List<RowResult<float[]>>> none = queue(joined, Collections.singletonList(null));
    Future<List<RowResult<float[]>>> sound = queue(joined, List.of(row(1), row(2)));

    first.countDown();

    assertThatThrownBy(none::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(NullPointerException.class);
    assertAnswered(sound.get(), List.of(row(1), row(2)));
    assertAnswered(ask(joined, rows(3, 2)).get(), rows(3, 2));
  }

  @Test
  void anAnswerThatOneCallerCannotReadIsThatCallersFailure() throws Exception {
    JoinedRuns joined = new JoinedRuns(this::run, 256, AT_ONCE);
    askFirst(joined, rows(0, 1));
    Future<?> unread =
        threads.submit(
            () ->
                joined.run(
                    rows(1, 2),
                    outputs -> {
                      throw new IllegalStateException("cannot read it");
                    },
                    CallObserver.NONE));
    until(() -> joined.queued() == 1);
    Future<List<RowResult<float[]>>> sound = queue(joined, rows(2, 2));

    first.countDown();

    assertThatThrownBy(unread::get).hasRootCauseMessage("cannot read it");
    assertAnswered(sound.get(), rows(2, 2));
  }

  @Test
  void whoIsAloneNeverWaitsForOthers() {
    first.countDown();
    JoinedRuns joined = new JoinedRuns(this::run, 256, FOR_EVER);
    for (int i = 0; i < 5; i++) {
      assertAnswered(joined.run(rows(i, 2), outputs -> outputs[0], CallObserver.NONE), rows(i, 2));
    }
    assertThat(joined.delays()).isZero();
    assertThat(joined.run(List.of(), outputs -> outputs[0], CallObserver.NONE)).isEmpty();
    assertThat(runs).containsExactly(2, 2, 2, 2, 2);
  }

  @Test
  void callersOfTheLastRunAreWaitedFor() throws Exception {
    JoinedRuns joined = new JoinedRuns(this::run, 256, FOR_EVER);
    Future<List<RowResult<float[]>>> a = askFirst(joined, rows(0, 1));
    queue(joined, rows(1, 1));
    first.countDown();
    // The second caller is alone now, and waits for one more: there were two.
    until(() -> joined.delays() == 1);
    Future<List<RowResult<float[]>>> again = ask(joined, rows(2, 2));

    assertAnswered(a.get(), rows(0, 1));
    assertAnswered(again.get(), rows(2, 2));
    assertThat(runs).containsExactly(1, 3);
  }

  @Test
  void whoDoesNotComeBackIsWaitedForOnceAndNotLongerThanTheDelay() throws Exception {
    JoinedRuns joined = new JoinedRuns(this::run, 256, lastRun -> 1);
    askFirst(joined, rows(0, 1));
    Future<List<RowResult<float[]>>> b = queue(joined, rows(1, 1));
    first.countDown();
    b.get();
    assertThat(joined.delays()).isEqualTo(1);

    assertAnswered(ask(joined, rows(2, 2)).get(), rows(2, 2));

    assertThat(joined.delays()).isEqualTo(1);
    assertThat(runs).containsExactly(1, 1, 2);
  }

  @Test
  void enoughRowsAreNotHeldBackForMore() throws Exception {
    JoinedRuns joined = new JoinedRuns(this::run, 4, FOR_EVER);
    askFirst(joined, rows(0, 1));
    Future<List<RowResult<float[]>>> b = queue(joined, rows(1, 4));

    first.countDown();

    assertAnswered(b.get(), rows(1, 4));
    assertThat(joined.delays()).isZero();
  }

  @Test
  void anInterruptedCallerWaitsForNobodyAndIsAnswered() throws Exception {
    JoinedRuns joined = new JoinedRuns(this::run, 256, FOR_EVER);
    AtomicBoolean kept = new AtomicBoolean();
    AtomicReference<Thread> asking = new AtomicReference<>();
    Future<List<RowResult<float[]>>> a = askFirst(joined, rows(0, 1));
    Future<List<RowResult<float[]>>> b =
        threads.submit(
            () -> {
              asking.set(Thread.currentThread());
              List<RowResult<float[]>> results =
                  joined.run(rows(1, 2), outputs -> outputs[0], CallObserver.NONE);
              kept.set(Thread.interrupted());
              return results;
            });
    until(() -> joined.queued() == 1);

    // While it queues, and for the wait for a second caller, which would have no end.
    asking.get().interrupt();
    first.countDown();

    assertAnswered(a.get(), rows(0, 1));
    assertAnswered(b.get(), rows(1, 2));
    assertThat(kept).isTrue();
  }

  @Test
  void aCallerWhoIsInterruptedWhileItWaitsForOthersRunsAtOnce() throws Exception {
    JoinedRuns joined = new JoinedRuns(this::run, 256, FOR_EVER);
    AtomicReference<Thread> asking = new AtomicReference<>();
    askFirst(joined, rows(0, 1));
    Future<List<RowResult<float[]>>> b =
        threads.submit(
            () -> {
              asking.set(Thread.currentThread());
              return joined.run(rows(1, 2), outputs -> outputs[0], CallObserver.NONE);
            });
    until(() -> joined.queued() == 1);
    first.countDown();
    until(() -> joined.delays() == 1);

    asking.get().interrupt();

    assertAnswered(b.get(), rows(1, 2));
    assertThat(runs).containsExactly(1, 2);
  }

  @Test
  void eachIsToldHowLongItWaitedAndTheOneWhoLeadsOfTheRun() throws Exception {
    JoinedRuns joined = new JoinedRuns(this::run, 256, AT_ONCE);
    askFirst(joined, rows(0, 1));
    ServingNotes leader = new ServingNotes();
    ServingNotes follower = new ServingNotes();
    Future<?> b = threads.submit(() -> joined.run(rows(1, 2), outputs -> outputs[0], leader));
    until(() -> joined.queued() == 1);
    Future<?> c = threads.submit(() -> joined.run(rows(2, 3), outputs -> outputs[0], follower));
    until(() -> joined.queued() == 2);

    first.countDown();
    b.get();
    c.get();

    assertThat(leader.batches).containsExactly(5);
    assertThat(follower.batches).isEmpty();
    assertThat(leader.waits).isEqualTo(1);
    assertThat(follower.waits).isEqualTo(1);
  }
}
