package dev.braid.runners.direct;

import dev.braid.pipelines.engine.Engine;
import java.util.Map;

/** Beam's DirectRunner in this JVM. */
public final class DirectEngine implements Engine {
  @Override
  public String name() {
    return "direct";
  }

  @Override
  public Map<String, String> defaults(int cores) {
    return Map.of(
        "runner",
        "DirectRunner",
        "targetParallelism",
        Integer.toString(cores),
        // Both encode every element once more, to catch a DoFn that mutates its input. Tests keep
        // them on; here they double the run's time.
        "enforceImmutability",
        "false",
        "enforceEncodability",
        "false");
  }
}
