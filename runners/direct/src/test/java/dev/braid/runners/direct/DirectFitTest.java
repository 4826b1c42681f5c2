package dev.braid.runners.direct;

import dev.braid.pipelines.engine.Engine;
import dev.braid.pipelines.engine.Engines;
import dev.braid.pipelines.fit.FitContract;

class DirectFitTest extends FitContract {
  /** By its name, as the jar's command line finds it. */
  @Override
  protected Engine engine() {
    return Engines.named("direct");
  }
}
