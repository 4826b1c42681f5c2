package dev.braid.serving;

import dev.braid.tensor.TensorRow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The calls of several threads to one model, joined to larger ones, one at a time: while one runs,
 * the rows of others queue up, in the order in which they came, and the thread whose rows have
 * waited longest then runs as many of them as fit for all who brought them. There is no thread of
 * its own. Safe for several threads.
 *
 * <p>Where the last run had other callers too, the one that leads waits until they are back, but
 * not longer than a given time. Who is alone never waits.
 */
final class JoinedRuns {
  /** A call to the model, by whoever leads. */
  interface Session {
    /** What became of every row, in the order of the rows. */
    List<RowResult<float[][]>> run(List<TensorRow> rows, CallObserver observer);
  }

  private final Session session;
  private final int maxRows;
  private final LongUnaryOperator maxDelayNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // All below is guarded by the lock.
  private final Deque<Ticket> queue = new ArrayDeque<>();
  private int queuedRows;
  private boolean leading;
  private int expectedCallers = 1;
  private long lastRunNanos;
  private long delays;

  /** One caller's rows and what became of them. */
  private static final class Ticket {
    final List<TensorRow> rows;
    @Nullable List<RowResult<float[][]>> results;
    int firstResult;
    boolean alone;
    long begun;

    Ticket(List<TensorRow> rows) {
      this.rows = rows;
    }

    boolean isSettled() {
      return alone || results != null;
    }
  }

  /**
   * @param maxRows of a joined run, unless one caller brings more
   * @param maxDelayNanos how long to wait at most for callers that may come, given how long the
   *     last run took; 0 is not at all
   */
  JoinedRuns(Session session, int maxRows, LongUnaryOperator maxDelayNanos) {
    this.session = session;
    this.maxRows = maxRows;
    this.maxDelayNanos = maxDelayNanos;
  }

  /**
   * Runs rows, perhaps together with those of other threads. An interruption ends no wait for a run
   * that is under way.
   *
   * @param decode makes the value of the outputs of one row, on the calling thread
   * @param observer hears how long the rows waited, and of the runs that this thread led, others'
   *     rows included
   */
  <T> List<RowResult<T>> run(
      List<TensorRow> rows, Function<float[][], T> decode, CallObserver observer) {
    if (rows.isEmpty()) {
      return List.of();
    }
    long arrival = System.nanoTime();
    Ticket ticket = new Ticket(rows);
    List<Ticket> batch = enter(ticket);
    if (!batch.isEmpty()) {
      lead(batch, observer);
    }
    observer.waited(ticket.begun - arrival);
    List<RowResult<float[][]>> shared = ticket.results;
    List<RowResult<float[][]>> results =
        shared != null
            ? shared.subList(ticket.firstResult, ticket.firstResult + rows.size())
            // What they were joined with failed in a way that no row explains: whose fault it was
            // shows when each runs by itself.
            : session.run(rows, observer);
    List<RowResult<T>> decoded = new ArrayList<>(results.size());
    for (RowResult<float[][]> result : results) {
      decoded.add(
          result instanceof RowResult.Served<float[][]> served
              ? new RowResult.Served<>(decode.apply(served.value()))
              : new RowResult.Failed<>(((RowResult.Failed<float[][]>) result).reason()));
    }
    return decoded;
  }

  /** How many callers wait for a run to begin. */
  int queued() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  /** How often a run was put off, for callers that might come. */
  long delays() {
    lock.lock();
    try {
      return delays;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the ticket is settled, or is the first of those that are to be run now. */
  private List<Ticket> enter(Ticket ticket) {
    lock.lock();
    try {
      queue.addLast(ticket);
      queuedRows += ticket.rows.size();
      changed.signalAll();
      while (!ticket.isSettled()) {
        if (!leading && queue.peekFirst() == ticket) {
          return begin(ticket);
        }
        // Who leads always comes back, interrupted or not.
        changed.awaitUninterruptibly();
      }
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  private List<Ticket> begin(Ticket ticket) {
    leading = true;
    try {
      awaitOthers();
      return take();
    } catch (Throwable e) {
      // Nobody may be left behind that waits for this one.
      leading = false;
      if (queue.remove(ticket)) {
        queuedRows -= ticket.rows.size();
      }
      changed.signalAll();
      throw e;
    }
  }

  private void awaitOthers() {
    long left = maxDelayNanos.applyAsLong(lastRunNanos);
    if (queue.size() >= expectedCallers || queuedRows >= maxRows || left <= 0) {
      return;
    }
    delays++;
    try {
      while (left > 0 && queue.size() < expectedCallers && queuedRows < maxRows) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      // Not to wait is always right.
      Thread.currentThread().interrupt();
    }
  }

  private List<Ticket> take() {
    // As large as may be: nothing may fail from here on.
    List<Ticket> batch = new ArrayList<>(queue.size());
    int rows = 0;
    long now = System.nanoTime();
    for (Ticket next = queue.peekFirst(); next != null; next = queue.peekFirst()) {
      if (!batch.isEmpty() && rows + next.rows.size() > maxRows) {
        break;
      }
      queue.removeFirst();
      next.begun = now;
      rows += next.rows.size();
      batch.add(next);
    }
    queuedRows -= rows;
    return batch;
  }

  private void lead(List<Ticket> batch, CallObserver observer) {
    List<RowResult<float[][]>> results = null;
    long start = System.nanoTime();
    try {
      results = session.run(joined(batch), observer);
    } catch (RuntimeException | Error e) {
      if (batch.size() == 1) {
        throw e;
      }
    } finally {
      settle(batch, results, System.nanoTime() - start);
    }
  }

  private static List<TensorRow> joined(List<Ticket> batch) {
    if (batch.size() == 1) {
      return batch.get(0).rows;
    }
    List<TensorRow> rows = new ArrayList<>();
    for (Ticket ticket : batch) {
      rows.addAll(ticket.rows);
    }
    return rows;
  }

  private void settle(
      List<Ticket> batch, @Nullable List<RowResult<float[][]>> results, long nanos) {
    lock.lock();
    try {
      int from = 0;
      for (Ticket ticket : batch) {
        ticket.results = results;
        ticket.firstResult = from;
        ticket.alone = results == null;
        from += ticket.rows.size();
      }
      leading = false;
      lastRunNanos = nanos;
      expectedCallers = batch.size() + queue.size();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * At most as long as the last run took: so all waiting together at most doubles the time that the
   * best choice would have taken, whatever comes. Never longer than the given bound.
   */
  static LongUnaryOperator asLongAsARun(long bound, TimeUnit unit) {
    long most = unit.toNanos(bound);
    return lastRun -> Math.min(lastRun, most);
  }
}
