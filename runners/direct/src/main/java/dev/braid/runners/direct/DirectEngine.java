package dev.braid.runners.direct;

import dev.braid.pipelines.engine.Construct;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  @Override
  public Optional<Refusal> refusal(Construct construct) {
    return construct == Construct.TRANSACTIONAL_PUBLISH
        ? Optional.of(
            new Refusal("it has no checkpoint that a transaction could end with", List.of("flink")))
        : Optional.empty();
  }
}
