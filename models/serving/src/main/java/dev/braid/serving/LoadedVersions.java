package dev.braid.serving;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.bundle.Manifest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The version of a bundle that serves in this JVM, and the one with other encoders before it. A
 * version takes the place of the one that serves when it has passed all checks, and otherwise one
 * line of the log says why not. Safe for several threads; versions are brought by one at a time.
 */
final class LoadedVersions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LoadedVersions.class);

  /** How long all workers have at least to find a version by themselves. */
  private static final Duration LEAST_HOLD = Duration.ofMinutes(1);

  private final Path launch;
  private final Manifest launched;
  private final ServingOptions options;
  private final @Nullable Duration windowsHold;

  // Guarded by this, as are all below; read without where it says volatile.
  private @Nullable Generation serving;
  private volatile @Nullable ModelServer current;
  private volatile long swaps;
  private volatile long refusals;
  private volatile String lastRefusal = "";
  private String lastDelay = "";
  private boolean closed;

  /**
   * @param launch the directory of the bundle that was launched
   * @param launched its manifest, as it was then
   * @param windowsHold how long windows hold an embedding; null if nobody knows
   */
  LoadedVersions(
      Path launch, Manifest launched, ServingOptions options, @Nullable Duration windowsHold) {
    this.launch = launch;
    this.launched = launched;
    this.options = options;
    this.windowsHold = windowsHold;
  }

  /**
   * The version that serves now, which its owner closes.
   *
   * @throws IllegalStateException if this was closed
   */
  synchronized Generation share() {
    if (serving == null || closed) {
      throw new IllegalStateException("this live bundle was closed");
    }
    return serving.share();
  }

  /** Whether no other version has taken the place of that one. */
  boolean isNewest(Generation held) {
    return held.server() == current;
  }

  synchronized boolean isServing() {
    return serving != null;
  }

  /** How long an embedding may be needed, in event time as by the clock. */
  Duration hold() {
    return windowsHold == null || windowsHold.compareTo(LEAST_HOLD) < 0 ? LEAST_HOLD : windowsHold;
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

  /**
   * Serves the bundle that was launched if there is no newer one; else takes it into service beside
   * that if it is needed there.
   *
   * @throws InvalidBundleException if there is none that may be served
   * @throws DeviceUnavailableException if the device cannot be opened
   */
  synchronized void startAtLaunched() {
    if (serving != null) {
      recall(launch, launch.toString());
      return;
    }
    ModelServer.Lease lease = ModelServer.lease(launch, options);
    Optional<String> refusal = refusal(lease.server().manifest());
    if (refusal.isPresent()) {
      lease.close();
      throw new InvalidBundleException(
          "bundle %s was replaced after the launch: %s".formatted(launch, refusal.get()));
    }
    swap(lease);
  }

  /** Whether an older version could be needed beside the one that serves. */
  synchronized boolean lacksEarlier() {
    return windowsHold != null && serving != null && serving.before() == null;
  }

  /**
   * Takes an older version into service beside the newest, if that has other encoders, since
   * windows may still hold embeddings of it.
   *
   * @param name what people call it
   */
  synchronized void recall(Path older, String name) {
    Generation newest = serving;
    if (newest == null || !lacksEarlier()) {
      return;
    }
    try {
      Bundle bundle = Bundle.open(older);
      if (!EncoderNumbers.of(bundle.manifest()).equals(newest.server().encoders())
          && refusal(bundle.manifest()).isEmpty()
          && newest.tooLarge(bundle, options).isEmpty()) {
        serving = newest.after(ModelServer.lease(older, options));
        newest.close();
      }
    } catch (InvalidBundleException | DeviceUnavailableException e) {
      // Gone, damaged, or replaced by another: windows that need it will say so, one by one.
      LOG.warn(
          "an earlier version cannot be served beside the newest: {}",
          String.valueOf(e.getMessage()).replace(older.toString(), name));
    }
  }

  /**
   * Puts a version into the place of the one that serves, or says why not.
   *
   * @param version its directory on this machine
   * @param name what people call it
   * @return whether that is its last word; if not, the version has to wait
   */
  boolean adopt(Path version, String name) {
    ModelServer.Lease next = null;
    try {
      // What may not be served need not be loaded.
      Bundle bundle = Bundle.open(version);
      Optional<String> refusal = refusal(bundle.manifest()).or(() -> tooLarge(bundle));
      if (refusal.isPresent()) {
        refuse("bundle " + name + ": " + refusal.get());
        return true;
      }
      if (mustWait(bundle.manifest())) {
        delay(name);
        return false;
      }
      next = ModelServer.lease(version, options);
      if (!next.server().digest().equals(bundle.digest())) {
        refuse("bundle " + name + " changed while it was loaded");
        return true;
      }
      next = swap(next);
    } catch (InvalidBundleException | DeviceUnavailableException e) {
      refuse(String.valueOf(e.getMessage()).replace(version.toString(), name));
    } finally {
      if (next != null) {
        next.close();
      }
    }
    return true;
  }

  private Optional<String> refusal(Manifest manifest) {
    return Succession.refusal(launched, manifest, windowsHold != null);
  }

  private synchronized Optional<String> tooLarge(Bundle bundle) {
    return serving == null ? Optional.empty() : serving.tooLarge(bundle, options);
  }

  private synchronized boolean mustWait(Manifest manifest) {
    return serving != null && serving.mustFinish(EncoderNumbers.of(manifest), hold());
  }

  private synchronized void delay(String name) {
    String reason =
        "bundle %s waits: windows may hold embeddings of two other versions".formatted(name);
    if (!reason.equals(lastDelay)) {
      LOG.info("not swapped yet: {}", reason);
    }
    lastDelay = reason;
  }

  /** Puts a version into the place of the one that runs, and returns the lease to be closed. */
  private synchronized ModelServer.@Nullable Lease swap(ModelServer.Lease next) {
    Generation old = serving;
    if (closed || (old != null && old.server() == next.server())) {
      return next;
    }
    serving = old == null ? Generation.first(next) : old.then(next);
    current = next.server();
    if (old != null) {
      swaps++;
      LOG.info("bundle {} serves in place of {}", next.server().digest(), old.server().digest());
      old.close();
    }
    return null;
  }

  private synchronized void refuse(String reason) {
    if (closed) {
      return;
    }
    if (!reason.equals(lastRefusal)) {
      LOG.warn("not swapped: {}; {} goes on", reason, serving());
    }
    refusals++;
    lastRefusal = reason;
  }

  /** What people may call the version that serves now. */
  String serving() {
    ModelServer running = current;
    return running == null ? "the bundle of the launch" : running.digest();
  }

  @Override
  public synchronized void close() {
    closed = true;
    current = null;
    if (serving != null) {
      serving.close();
      serving = null;
    }
  }
}
