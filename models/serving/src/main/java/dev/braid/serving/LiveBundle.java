package dev.braid.serving;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.bundle.Manifest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bundle that is served while newer versions of it may appear in a watched place, shared by all
 * in this JVM who {@link #open} it.
 *
 * <p>At most once a second, when somebody asks for rows to be answered, a short-lived thread looks
 * whether the newest bundle there is another one. It is loaded beside the one that runs, and takes
 * its place if its files have their digests, its golden rows come out, and it may succeed the one
 * that runs: same spec and tensors, and encoders and featurizers of the same bytes. Otherwise one
 * line of the log says why not, and it is left alone until its files change. Rows are answered by
 * the version whose lease their owner holds, until the owner renews it. Safe for several threads.
 */
final class LiveBundle implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveBundle.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  private static final Map<Key, LiveBundle> OPEN = new HashMap<>();

  /** What makes two claims the same live bundle. */
  private record Key(Path launched, String manifest, String watched, ServingOptions options) {}

  private final Key key;
  private final Manifest launched;
  private final WatchedPlace watched;
  private final AtomicLong nextLook = new AtomicLong(System.nanoTime() + BETWEEN_LOOKS.toNanos());
  // Guarded by OPEN.
  private int claims;

  // Guarded by this, as are all below; read without where it says volatile.
  private ModelServer.@Nullable Lease first;
  private volatile @Nullable ModelServer current;
  private volatile long swaps;
  private volatile long refusals;
  private volatile String lastRefusal = "";
  private @Nullable Thread looking;
  private String seen = "";
  private String settled = "";
  private String fetched = "";
  private String fetchedFrom = "";
  private boolean unreadable;
  private boolean closed;

  private LiveBundle(Key key, Manifest launched, WatchedPlace watched) {
    this.key = key;
    this.launched = launched;
    this.watched = watched;
  }

  /**
   * Claims the live bundle, and serves the newest version that may be served.
   *
   * @param bundle the directory of the bundle that was launched
   * @param manifest of the bundle that was launched, as it was then
   * @param watched where newer versions appear; may be {@code bundle}
   * @throws InvalidBundleException if there is none that may be served
   * @throws DeviceUnavailableException if the device cannot be opened
   */
  static LiveBundle open(
      Path bundle, Manifest manifest, WatchedPlace watched, ServingOptions options) {
    Key key = new Key(bundle, manifest.toJson(), watched.name(), options);
    LiveBundle live;
    synchronized (OPEN) {
      live = OPEN.computeIfAbsent(key, k -> new LiveBundle(k, manifest, watched));
      live.claims++;
    }
    try {
      live.start();
      return live;
    } catch (Throwable e) {
      live.close();
      throw e;
    }
  }

  /**
   * A lease of the version that serves now, which its owner closes.
   *
   * @throws IllegalStateException if this was closed
   */
  synchronized ModelServer.Lease lease() {
    ModelServer.Lease lease = first;
    if (lease == null || closed) {
      throw new IllegalStateException("this live bundle was closed");
    }
    return Leases.share(lease);
  }

  /**
   * The lease of the version that serves now: the given one, or a new one in place of it, which is
   * then closed. Call it while no row waits that another version has begun to answer.
   */
  ModelServer.Lease renew(ModelServer.Lease lease) {
    lookIfDue();
    if (lease.server() == current) {
      return lease;
    }
    ModelServer.Lease renewed = lease();
    lease.close();
    return renewed;
  }

  /** Versions that took the place of another one here. */
  long swaps() {
    return swaps;
  }

  /** Versions that were refused here. */
  long refusals() {
    return refusals;
  }

  /** Why the last version that was refused was, or nothing. */
  String lastRefusal() {
    return lastRefusal;
  }

  /** Gives one claim back; the last one waits for a look that is under way, and frees all. */
  @Override
  public void close() {
    synchronized (OPEN) {
      claims--;
      if (claims > 0) {
        return;
      }
      OPEN.remove(key, this);
    }
    Thread thread;
    synchronized (this) {
      closed = true;
      current = null;
      thread = looking;
      if (first != null) {
        first.close();
        first = null;
      }
    }
    // Its code may be unloaded when this returns. A file system that does not answer is not waited
    // for.
    if (thread != null) {
      thread.interrupt();
    }
    boolean interrupted = false;
    while (thread != null && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    watched.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void start() {
    if (first != null) {
      return;
    }
    try {
      // A worker that starts beside a version that was refused serves what the others serve.
      for (String bundle : watched.newestFirst()) {
        if (first == null) {
          startWith(bundle);
        }
      }
    } catch (IOException e) {
      unreadable(e);
    }
    if (first == null) {
      ModelServer.Lease lease = ModelServer.lease(key.launched(), key.options());
      Optional<String> refusal = Succession.refusal(launched, lease.server().manifest());
      if (refusal.isPresent()) {
        lease.close();
        throw new InvalidBundleException(
            "bundle %s was replaced after the launch: %s".formatted(key.launched(), refusal.get()));
      }
      first = lease;
      current = lease.server();
    }
  }

  private synchronized void startWith(String bundle) throws IOException {
    try {
      BundleVersion version = watched.version(bundle);
      settled = settled.isEmpty() ? version.files() : settled;
      adopt(fetch(version));
    } catch (FileNotFoundException | NoSuchFileException e) {
      // Somebody writes there at this moment; a look will see what.
    }
  }

  private void lookIfDue() {
    long due = nextLook.get();
    long now = System.nanoTime();
    if (now - due < 0 || !nextLook.compareAndSet(due, now + BETWEEN_LOOKS.toNanos())) {
      return;
    }
    synchronized (this) {
      if (!closed && looking == null) {
        Thread thread = new Thread(this::look, "braid-bundle-watch");
        thread.setDaemon(true);
        looking = thread;
        thread.start();
      }
    }
  }

  /**
   * Looks once for a newer version, and takes it when its files have not changed since the last.
   */
  void look() {
    try {
      List<String> bundles = watched.newestFirst();
      if (!bundles.isEmpty()) {
        BundleVersion newest = watched.version(bundles.get(0));
        if (isSettled(newest)) {
          adopt(fetch(newest));
        }
      }
      readable();
    } catch (FileNotFoundException | NoSuchFileException e) {
      // Somebody writes there at this moment, and the next look will see what.
    } catch (IOException | RuntimeException e) {
      unreadable(e);
    } finally {
      synchronized (this) {
        looking = null;
      }
    }
  }

  /** Whether a version is new, and nobody has written to it between two looks; asked once. */
  private synchronized boolean isSettled(BundleVersion version) {
    boolean still = version.files().equals(seen);
    seen = version.files();
    if (!still || version.files().equals(settled)) {
      return false;
    }
    settled = version.files();
    return true;
  }

  /** Brings a version here. If that fails, the next looks try again. */
  private Path fetch(BundleVersion version) throws IOException {
    boolean done = false;
    try {
      Path directory = watched.fetch(version);
      synchronized (this) {
        fetched = directory.toString();
        fetchedFrom = version.bundle();
      }
      done = true;
      return directory;
    } finally {
      if (!done) {
        synchronized (this) {
          settled = "";
        }
      }
    }
  }

  private void adopt(Path version) {
    ModelServer.Lease next = null;
    try {
      // What may not be served need not be loaded.
      Bundle bundle = Bundle.open(version);
      Optional<String> refusal = Succession.refusal(launched, bundle.manifest());
      if (refusal.isPresent()) {
        refuse("bundle " + version + ": " + refusal.get());
        return;
      }
      next = ModelServer.lease(version, key.options());
      if (!next.server().digest().equals(bundle.digest())) {
        refuse("bundle " + version + " changed while it was loaded");
        return;
      }
      next = swap(next);
    } catch (InvalidBundleException | DeviceUnavailableException e) {
      refuse(String.valueOf(e.getMessage()));
    } finally {
      if (next != null) {
        next.close();
      }
    }
  }

  /** Puts a version into the place of the one that runs, and returns the lease to be closed. */
  private synchronized ModelServer.@Nullable Lease swap(ModelServer.Lease next) {
    ModelServer.Lease old = first;
    if (closed || (old != null && old.server() == next.server())) {
      return next;
    }
    first = next;
    current = next.server();
    if (old != null) {
      swaps++;
      LOG.info("bundle {} serves in place of {}", next.server().digest(), old.server().digest());
    }
    return old;
  }

  private synchronized void refuse(String message) {
    if (closed) {
      return;
    }
    // People know where it came from, not where it was brought to.
    String reason = fetched.isEmpty() ? message : message.replace(fetched, fetchedFrom);
    if (!reason.equals(lastRefusal)) {
      LOG.warn("not swapped: {}; {} goes on", reason, serving());
    }
    refusals++;
    lastRefusal = reason;
  }

  /** One line of the log until the place can be read again: it may be away for long. */
  private synchronized void unreadable(Exception e) {
    if (!closed && !unreadable) {
      String why = e.toString().lines().findFirst().orElse("");
      LOG.warn("{} cannot be read: {}; {} goes on", watched.name(), why, serving());
      unreadable = true;
    }
  }

  private synchronized void readable() {
    if (unreadable) {
      LOG.info("{} can be read again", watched.name());
      unreadable = false;
    }
  }

  private String serving() {
    ModelServer serving = current;
    return serving == null ? "the bundle of the launch" : serving.digest();
  }
}
