package dev.braid.runners.spark;

import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import dev.braid.pipelines.fit.FitContract;

class SparkFitTest extends FitContract {
  /** By its name, as the jar's command line finds it. */
  @Override
  protected Engine engine() {
    return Engines.named("spark");
  }
}
