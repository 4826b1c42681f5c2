package dev.braid.runners.direct;

import dev.braid.pipelines.analysis.AnalysisContract;
import dev.braid.pipelines.engine.Engine;

class DirectAnalysisTest extends AnalysisContract {
  @Override
  protected Engine engine() {
    return new DirectEngine();
  }
}
