package dev.braid.pipelines.analysis;

import dev.braid.pipelines.engine.Engine;
import java.util.Map;

/** The DirectRunner with all its checks on. */
class TestEngine implements Engine {
  @Override
  public String name() {
    return "direct";
  }

  @Override
  public Map<String, String> defaults(int cores) {
    return Map.of("runner", "DirectRunner", "targetParallelism", "2");
  }
}
