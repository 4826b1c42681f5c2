package dev.braid.serving;

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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
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
 * that runs. Otherwise one line of the log says why not, and it is left alone until its files
 * change. Rows are answered by the version whose lease their owner holds, until the owner renews
 * it. Safe for several threads.
 *
 * <p>The version before one with other encoders stays beside it until the next such one, which has
 * to wait until no observation needs to be encoded by both any more. Where nobody asked for long,
 * whoever asks first waits for a look, and for what it finds to be loaded: it would otherwise
 * encode with a version that other workers have left behind.
 */
final class LiveBundle implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveBundle.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(10);

  /** How long rows wait at most for a look: a file system that does not answer stops no stream. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Map<Key, LiveBundle> OPEN = new HashMap<>();

  /** What makes two claims the same live bundle. */
  private record Key(
      Path launched,
      String manifest,
      String watched,
      ServingOptions options,
      @Nullable Duration hold) {}

  private final Key key;
  private final WatchedPlace watched;
  private final LoadedVersions loaded;
  private final LongSupplier clock;
  private final AtomicLong nextLook;
  private final AtomicLong lastAsked;
  // Guarded by OPEN.
  private int claims;

  // Guarded by this, as are all below.
  private @Nullable Thread looking;
  private String seen = "";
  private String settled = "";
  private boolean unreadable;
  private boolean closed;

  private LiveBundle(Key key, Manifest launched, WatchedPlace watched, LongSupplier clock) {
    this.key = key;
    this.watched = watched;
    this.clock = clock;
    this.nextLook = new AtomicLong(clock.getAsLong() + BETWEEN_LOOKS.toNanos());
    this.lastAsked = new AtomicLong(clock.getAsLong());
    this.loaded = new LoadedVersions(key.launched(), launched, key.options(), key.hold());
  }

  /**
   * Claims the live bundle, and serves the newest version that may be served.
   *
   * @param bundle the directory of the bundle that was launched
   * @param manifest of the bundle that was launched, as it was then
   * @param watched where newer versions appear; may be {@code bundle}
   * @param hold how long windows hold an embedding; null if nobody knows
   * @throws InvalidBundleException if there is none that may be served
   * @throws DeviceUnavailableException if the device cannot be opened
   */
  static LiveBundle open(
      Path bundle,
      Manifest manifest,
      WatchedPlace watched,
      ServingOptions options,
      @Nullable Duration hold) {
    return open(bundle, manifest, watched, options, hold, System::nanoTime);
  }

  /** The same, and goes by that clock, in nanoseconds, if it is the first. */
  static LiveBundle open(
      Path bundle,
      Manifest manifest,
      WatchedPlace watched,
      ServingOptions options,
      @Nullable Duration hold,
      LongSupplier clock) {
    Key key = new Key(bundle, manifest.toJson(), watched.name(), options, hold);
    LiveBundle live;
    synchronized (OPEN) {
      live = OPEN.computeIfAbsent(key, k -> new LiveBundle(k, manifest, watched, clock));
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
   * The version that serves now, which its owner closes.
   *
   * @throws IllegalStateException if this was closed
   */
  Generation share() {
    return loaded.share();
  }

  /**
   * The version that serves now: the given one, or another in place of it, which is then closed.
   * Call it while no row waits that another version has begun to answer.
   */
  Generation renew(Generation held) {
    lookIfDue();
    if (loaded.isNewest(held)) {
      return held;
    }
    Generation renewed = share();
    held.close();
    return renewed;
  }

  /** What it has loaded, and what became of versions that it was to load. */
  LoadedVersions loaded() {
    return loaded;
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
      thread = looking;
    }
    loaded.close();
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
    if (loaded.isServing()) {
      return;
    }
    try {
      // A worker that starts beside a version that was refused serves what the others serve.
      for (String bundle : watched.newestFirst()) {
        if (!loaded.isServing() || loaded.lacksEarlier()) {
          startWith(bundle);
        }
      }
    } catch (IOException e) {
      unreadable(e);
    }
    loaded.startAtLaunched();
  }

  private synchronized void startWith(String bundle) throws IOException {
    try {
      BundleVersion version = watched.version(bundle);
      settled = settled.isEmpty() ? version.files() : settled;
      Path directory = fetch(version);
      if (!loaded.isServing()) {
        adopt(directory, version);
      } else {
        loaded.recall(directory, version.bundle());
      }
    } catch (FileNotFoundException | NoSuchFileException e) {
      // Somebody writes there at this moment; a look will see what.
    }
  }

  private void lookIfDue() {
    if (clock.getAsLong() - nextLook.get() < 0) {
      return;
    }
    boolean overdue = clock.getAsLong() - lastAsked.get() >= LONG.toNanos();
    Thread thread;
    synchronized (this) {
      if (closed) {
        return;
      }
      if (looking == null) {
        looking = new Thread(() -> lookBeside(overdue), "braid-bundle-watch");
        looking.setDaemon(true);
        looking.start();
      }
      thread = looking;
    }
    if (overdue) {
      // Nobody gets past before it ends: till then they all come here.
      await(thread);
    }
    nextLook.set(clock.getAsLong() + BETWEEN_LOOKS.toNanos());
    lastAsked.set(clock.getAsLong());
  }

  private static void await(Thread thread) {
    try {
      thread.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookBeside(boolean untilSettled) {
    try {
      look();
      if (untilSettled && isUnsettled()) {
        LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        look();
      }
    } finally {
      synchronized (this) {
        looking = null;
      }
    }
  }

  /** Whether there is something new that may still be written to. */
  private synchronized boolean isUnsettled() {
    return !closed && !seen.isEmpty() && !seen.equals(settled);
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
          adopt(fetch(newest), newest);
        }
      }
      readable();
    } catch (FileNotFoundException | NoSuchFileException e) {
      // Somebody writes there at this moment, and the next look will see what.
    } catch (IOException | RuntimeException e) {
      unreadable(e);
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
      done = true;
      return directory;
    } finally {
      if (!done) {
        lookAgain();
      }
    }
  }

  private void adopt(Path directory, BundleVersion version) {
    if (!loaded.adopt(directory, version.bundle())) {
      lookAgain();
    }
  }

  /** What was seen last is new for the next look. */
  private synchronized void lookAgain() {
    settled = "";
  }

  /** One line of the log until the place can be read again: it may be away for long. */
  private synchronized void unreadable(Exception e) {
    if (!closed && !unreadable) {
      String why = e.toString().lines().findFirst().orElse("");
      LOG.warn("{} cannot be read: {}; {} goes on", watched.name(), why, loaded.serving());
      unreadable = true;
    }
  }

  private synchronized void readable() {
    if (unreadable) {
      LOG.info("{} can be read again", watched.name());
      unreadable = false;
    }
  }
}
