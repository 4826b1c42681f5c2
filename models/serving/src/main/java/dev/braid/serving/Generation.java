package dev.braid.serving;

import dev.braid.bundle.Bundle;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A version that serves in a live bundle, and the one with other encoders whose place it took,
 * whose embeddings windows may still hold. Owns a lease of each. Safe for several threads.
 */
final class Generation implements AutoCloseable {
  private static final long NEVER = Long.MIN_VALUE;

  private final ModelServer.Lease lease;
  private final @Nullable Generation before;
  private final long since;

  /** The latest event time that its encoders were asked about, in milliseconds. */
  private final AtomicLong latest;

  private Generation(
      ModelServer.Lease lease, @Nullable Generation before, long since, AtomicLong latest) {
    this.lease = lease;
    this.before = before;
    this.since = since;
    this.latest = latest;
  }

  /**
   * One that took the place of no other, as far as anybody here knows.
   *
   * @param lease is owned from now on
   */
  static Generation first(ModelServer.Lease lease) {
    return new Generation(lease, null, System.nanoTime(), new AtomicLong(NEVER));
  }

  /**
   * One that takes the place of this one, from which it takes leases of its own.
   *
   * @param next is owned by it from now on
   */
  Generation then(ModelServer.Lease next) {
    if (next.server().encoders().equals(server().encoders())) {
      return new Generation(next, before == null ? null : before.alone(), since, latest);
    }
    return new Generation(next, alone(), System.nanoTime(), new AtomicLong(NEVER));
  }

  /**
   * The same version as one that took the place of another, of which it takes a lease.
   *
   * @param earlier is owned from now on
   */
  Generation after(ModelServer.Lease earlier) {
    return new Generation(Leases.share(lease), first(earlier), System.nanoTime(), latest);
  }

  /** One more of the same version that knows of none before. */
  private Generation alone() {
    return new Generation(Leases.share(lease), null, since, latest);
  }

  /** One more of the same, with leases of its own. */
  Generation share() {
    Generation shared = before == null ? null : before.alone();
    return new Generation(Leases.share(lease), shared, since, latest);
  }

  ModelServer server() {
    return lease.server();
  }

  /** The version whose place it took, if that had other encoders. */
  @Nullable ModelServer before() {
    return before == null ? null : before.server();
  }

  /**
   * Whether an observation must be encoded by the version before, too: because it may lie in a
   * window with one that only that version has encoded, here or on a worker that goes over later.
   *
   * @param eventMillis its event time
   * @param hold how long windows hold an embedding
   */
  boolean needsBefore(long eventMillis, Duration hold) {
    if (latest.get() < eventMillis) {
      latest.accumulateAndGet(notAhead(eventMillis), Math::max);
    }
    if (before == null) {
      return false;
    }
    // A worker that starts later has not seen it: it goes by where the stream is.
    if (before.latest.get() == NEVER) {
      before.latest.compareAndSet(NEVER, notAhead(eventMillis));
    }
    return eventMillis < later(before.latest.get(), hold)
        || System.nanoTime() - since < hold.toNanos();
  }

  /** One sensor whose clock is years ahead must not hold the version before for years. */
  private static long notAhead(long eventMillis) {
    return Math.min(eventMillis, System.currentTimeMillis());
  }

  /** Whether no observation needs the version before any more. */
  private boolean isSettled(Duration hold) {
    if (before == null) {
      return true;
    }
    return System.nanoTime() - since >= hold.toNanos()
        && latest.get() >= later(before.latest.get(), hold);
  }

  /**
   * Whether two versions whose embeddings windows may hold are here, and that is no one of them.
   */
  boolean mustFinish(Map<String, Integer> encoders, Duration hold) {
    return !isSettled(hold)
        && !encoders.equals(server().encoders())
        && !(before != null && encoders.equals(before.server().encoders()));
  }

  /**
   * Why a version cannot be in memory beside this one for long, as one with other encoders is: one
   * line; empty if it can.
   */
  Optional<String> tooLarge(Bundle other, ServingOptions options) {
    Map<String, Integer> encoders = EncoderNumbers.of(other.manifest());
    if (encoders.equals(server().encoders())) {
      return Optional.empty();
    }
    long bytes = ModelServer.modelBytes(other) + server().modelBytes();
    return bytes <= options.maxModelBytes()
        ? Optional.empty()
        : Optional.of(
            ("its models and those of the version with other encoders beside it have %,d bytes"
                    + " together, but a server loads at most %,d; compress it")
                .formatted(bytes, options.maxModelBytes()));
  }

  private static long later(long millis, Duration hold) {
    return millis == NEVER ? NEVER : millis + hold.toMillis();
  }

  @Override
  public void close() {
    lease.close();
    if (before != null) {
      before.close();
    }
  }
}
