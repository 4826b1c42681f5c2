package dev.braid.pipelines.analysis;

import dev.braid.pipelines.engine.Construct;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Refusal;
import java.util.Map;
import java.util.Optional;

/** The DirectRunner with all its checks on, which refuses nothing. */
public class TestEngine implements Engine {
  @Override
  public String name() {
    return "direct";
  }

  @Override
  public Map<String, String> defaults(int cores) {
    return Map.of("runner", "DirectRunner", "targetParallelism", "2");
  }

  @Override
  public Optional<Refusal> refusal(Construct construct) {
    return Optional.empty();
  }
}
