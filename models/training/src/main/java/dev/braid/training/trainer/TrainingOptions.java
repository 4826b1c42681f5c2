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
public record TrainingOptions(
    int epochs, int batch, double learningRate, long seed, int threads, boolean hasJointStage) {
  /** All stages. */
  public TrainingOptions(int epochs, int batch, double learningRate, long seed, int threads) {
    this(epochs, batch, learningRate, seed, threads, true);
  }

  public TrainingOptions {
    check(epochs >= 1 && epochs <= 1_000, "epochs must be between 1 and 1000", epochs);
    check(batch >= 2 && batch <= 4_096, "batch must be between 2 and 4096 scenes", batch);
    check(
        learningRate > 0 && learningRate <= 1,
        "learningRate must be above 0 and at most 1",
        learningRate);
    check(threads >= 1 && threads <= 256, "threads must be between 1 and 256", threads);
  }

  /** The same options with another seed. */
  public TrainingOptions withSeed(long other) {
    return new TrainingOptions(epochs, batch, learningRate, other, threads, hasJointStage);
  }

  /** The same options without the stage that trains encoders and fusion together. */
  public TrainingOptions withoutJointStage() {
    return new TrainingOptions(epochs, batch, learningRate, seed, threads, false);
  }

  /** Passes that train the encoders alone. */
  int encoderEpochs() {
    return Math.max(1, epochs * 3 / 8);
  }

  /** Passes over embeddings that train the fusion alone; they cost little. */
  int fusionEpochs() {
    return epochs;
  }

  /** Passes that train all together. */
  int jointEpochs() {
    return hasJointStage ? epochs / 8 : 0;
  }

  private static void check(boolean holds, String message, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(message + ", but was: " + value);
    }
  }
}
