package dev.braid.pipelines.demo;

import dev.braid.pipelines.simulate.PlantSpec;
import dev.braid.scene.Answer;
import dev.braid.transforms.fuse.Prediction;

/**
 * One prediction beside the simulator's truth about its window.
 *
 * @param state that held longest
 * @param health at the window's end
 */
public record ScoredWindow(Prediction prediction, String state, double health) {

  /** The state that was predicted. */
  Answer.Classified answered() {
    if (prediction.getAnswer().tasks().get(PlantSpec.STATE) instanceof Answer.Classified state) {
      return state;
    }
    throw new IllegalStateException("no state in " + prediction.getId());
  }

  /** The health that was predicted. */
  double answeredHealth() {
    if (prediction.getAnswer().tasks().get(PlantSpec.HEALTH) instanceof Answer.Estimated health) {
      return health.value();
    }
    throw new IllegalStateException("no health in " + prediction.getId());
  }

  boolean isRight() {
    return answered().label().equals(state);
  }
}
