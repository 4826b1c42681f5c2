package dev.braid.runners.flink;

import dev.braid.pipelines.engine.Engine;
import java.util.Map;

/** Flink, embedded in this JVM unless {@code --flinkMaster} names a cluster. */
public final class FlinkEngine implements Engine {
  @Override
  public String name() {
    return "flink";
  }

  @Override
  public Map<String, String> defaults(int cores) {
    return Map.of(
        "runner",
        "FlinkRunner",
        "flinkMaster",
        "[local]",
        "parallelism",
        Integer.toString(cores),
        // Beam forbids a DoFn to change its input, so the copies that Flink makes between chained
        // operators protect nothing.
        "fasterCopy",
        "true");
  }
}
