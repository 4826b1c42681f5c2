package dev.braid.runners.spark;

import dev.braid.pipelines.analysis.AnalysisContract;
import dev.braid.pipelines.engine.Engine;

class SparkAnalysisTest extends AnalysisContract {
  @Override
  protected Engine engine() {
    return new SparkEngine();
  }
}
