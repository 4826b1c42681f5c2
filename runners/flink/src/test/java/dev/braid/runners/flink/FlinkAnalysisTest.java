package dev.braid.runners.flink;

import dev.braid.pipelines.analysis.AnalysisContract;
import dev.braid.pipelines.engine.Engine;

class FlinkAnalysisTest extends AnalysisContract {
  @Override
  protected Engine engine() {
    return new FlinkEngine();
  }
}
