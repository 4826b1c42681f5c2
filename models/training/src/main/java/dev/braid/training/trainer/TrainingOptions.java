package dev.braid.training.trainer;

/**
 * How to train.
 *
 * @param epochs passes over the training scenes at most, 1 to 1,000; a run without progress on the
 *     validation scenes for a third of them ends early
 * @param batch scenes in a step, 2 to 4,096
 * @param learningRate the highest step size, which is reached after a twentieth of the steps and
 *     falls to 0 along a cosine
 * @param threads that libtorch computes with, 1 to 256
 */
public record TrainingOptions(int epochs, int batch, double learningRate, long seed, int threads) {
  public TrainingOptions {
    check(epochs >= 1 && epochs <= 1_000, "epochs must be between 1 and 1000", epochs);
    check(batch >= 2 && batch <= 4_096, "batch must be between 2 and 4096 scenes", batch);
    check(
        learningRate > 0 && learningRate <= 1,
        "learningRate must be above 0 and at most 1",
        learningRate);
    check(threads >= 1 && threads <= 256, "threads must be between 1 and 256", threads);
  }

  private static void check(boolean holds, String message, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(message + ", but was: " + value);
    }
  }
}
