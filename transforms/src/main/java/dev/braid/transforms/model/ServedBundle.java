package dev.braid.transforms.model;

import dev.braid.bundle.Bundle;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.serving.ModelServer;
import dev.braid.serving.ServingOptions;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * The bundle that every worker of a run serves: the directory where it lies, on a path that all of
 * them see, and the digest that it had at launch. Immutable and serializable.
 */
public final class ServedBundle implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String directory;
  private final String digest;

  private ServedBundle(String directory, String digest) {
    this.directory = directory;
    this.digest = digest;
  }

  /** The bundle that was opened from {@code directory}. */
  public static ServedBundle of(Path directory, Bundle bundle) {
    return new ServedBundle(directory.toAbsolutePath().toString(), bundle.digest());
  }

  /** The bundle's digest at launch. */
  public String digest() {
    return digest;
  }

  /**
   * Leases the JVM's server of this bundle.
   *
   * @throws InvalidBundleException if the bundle is not whole or is another one than at launch
   */
  public ModelServer.Lease lease() {
    ModelServer.Lease lease = ModelServer.lease(Path.of(directory), ServingOptions.defaults());
    if (!lease.server().digest().equals(digest)) {
      lease.close();
      throw new InvalidBundleException(
          "bundle %s was replaced after the launch; start the run again".formatted(directory));
    }
    return lease;
  }
}
