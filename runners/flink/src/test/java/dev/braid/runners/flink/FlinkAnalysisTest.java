package dev.braid.runners.flink;

import dev.braid.pipelines.analysis.AnalysisContract;
import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;

class FlinkAnalysisTest extends AnalysisContract {
  /** By its name, as the jar's command line finds it. */
  @Override
  protected Engine engine() {
    return Engines.named("flink");
  }
}
