package dev.braid.transforms.model;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.bundle.Manifest;
import dev.braid.serving.ModelServer;
import dev.braid.serving.ServingOptions;
import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import dev.braid.spec.WindowSpec;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bundle that every worker of a run serves: the directory where it lies, on a path that all of
 * them see, the manifest that it had at launch, and how it is served. Immutable and serializable.
 */
public final class ServedBundle implements Serializable {
  private static final long serialVersionUID = 4L;

  private final String directory;
  private final String digest;
  private final String manifest;
  private final ServingOptions options;
  private final @Nullable Watched watched;
  private final boolean kept;
  private final @Nullable Duration hold;

  private ServedBundle(
      String directory,
      String digest,
      String manifest,
      ServingOptions options,
      @Nullable Watched watched,
      boolean kept,
      @Nullable Duration hold) {
    this.directory = directory;
    this.digest = digest;
    this.manifest = manifest;
    this.options = options;
    this.watched = watched;
    this.kept = kept;
    this.hold = hold;
  }

  /** The bundle that was opened from {@code directory}, served on the CPU and as it is. */
  public static ServedBundle of(Path directory, Bundle bundle) {
    return new ServedBundle(
        directory.toAbsolutePath().toString(),
        bundle.digest(),
        bundle.manifest().toJson(),
        ServingOptions.defaults(),
        null,
        false,
        null);
  }

  /** The same bundle, served with these options. */
  public ServedBundle withOptions(ServingOptions serving) {
    return new ServedBundle(directory, digest, manifest, serving, watched, kept, hold);
  }

  /**
   * The same bundle, until a newer version of it appears: where a bundle is replaced by newer ones,
   * or in a directory with one for each.
   *
   * @param asked whose windows, and waits of modalities, the run has
   */
  public ServedBundle withWatched(Watched versions, Spec asked) {
    return new ServedBundle(directory, digest, manifest, options, versions, kept, hold(asked));
  }

  /**
   * The same bundle, which a worker's process goes on to serve when nobody leases it any more,
   * until it ends or serves another one that is kept: where steps begin and end all the time, as
   * with micro-batches, it would be loaded anew each time.
   */
  public ServedBundle withKept() {
    return new ServedBundle(directory, digest, manifest, options, watched, true, hold);
  }

  /** How long a window holds an embedding; null where nobody knows. */
  static @Nullable Duration hold(Spec asked) {
    if (!(asked.window() instanceof WindowSpec.Time time)) {
      return null;
    }
    Duration wait = Duration.ZERO;
    for (ModalitySpec modality : asked.modalities().values()) {
      wait = wait.compareTo(modality.waitBudget()) < 0 ? modality.waitBudget() : wait;
    }
    return Duration.ofMillis(time.sizeMillis() + time.allowedLatenessMillis()).plus(wait);
  }

  /** The bundle's digest at launch. */
  public String digest() {
    return digest;
  }

  /**
   * Leases the JVM's server of this bundle, or of the newest version of it that may be served.
   *
   * @throws InvalidBundleException if the bundle is not whole, or is another one than at launch and
   *     must not take its place
   * @throws dev.braid.serving.DeviceUnavailableException if the device cannot be opened
   */
  public ModelServer.Lease lease() {
    if (kept) {
      KeptLease.keep(
          List.of(directory, manifest, options, String.valueOf(watched), String.valueOf(hold)),
          this::open);
    }
    return open();
  }

  private ModelServer.Lease open() {
    if (watched != null) {
      return ModelServer.leaseNewest(
          Path.of(directory), Manifest.parse(manifest), watched.open(), options, hold);
    }
    ModelServer.Lease lease = ModelServer.lease(Path.of(directory), options);
    if (!lease.server().digest().equals(digest)) {
      lease.close();
      throw new InvalidBundleException(
          "bundle %s was replaced after the launch; start the run again".formatted(directory));
    }
    return lease;
  }
}
