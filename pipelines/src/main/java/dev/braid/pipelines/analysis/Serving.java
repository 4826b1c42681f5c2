package dev.braid.pipelines.analysis;

import dev.braid.bundle.Bundle;
import dev.braid.serving.ServingOptions;
import dev.braid.spec.Spec;
import dev.braid.transforms.model.ServedBundle;
import dev.braid.transforms.model.Watched;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How the workers of a run serve its bundle.
 *
 * @param options where and how its models run
 * @param watched where newer versions of it appear; null if none is waited for
 */
public record Serving(ServingOptions options, @Nullable Watched watched) {
  /** On the CPU, the bundle of the launch to the end. */
  public static Serving defaults() {
    return new Serving(ServingOptions.defaults(), null);
  }

  /**
   * The bundle as workers serve it.
   *
   * @param asked the spec of the run
   */
  ServedBundle of(Path directory, Bundle bundle, Spec asked) {
    ServedBundle served = ServedBundle.of(directory, bundle).withOptions(options);
    return watched == null ? served : served.withWatched(watched, asked);
  }
}
