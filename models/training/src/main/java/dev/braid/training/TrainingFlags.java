package dev.braid.training;

import dev.braid.training.trainer.TrainingOptions;
import picocli.CommandLine.Option;

/** How to train, on the command lines that train from fresh weights. */
final class TrainingFlags {
  @Option(
      names = "--epochs",
      defaultValue = "40",
      paramLabel = "N",
      description =
          "Passes over the training scenes, at most (default: ${DEFAULT-VALUE}); a run without"
              + " progress for a third of them ends early.")
  private int epochs;

  @Option(
      names = "--batch",
      defaultValue = "64",
      paramLabel = "N",
      description = "Scenes in a step (default: ${DEFAULT-VALUE}).")
  private int batch;

  @Option(
      names = "--learning-rate",
      defaultValue = "0.002",
      paramLabel = "X",
      description = "The highest step size (default: ${DEFAULT-VALUE}).")
  private double learningRate;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that libtorch computes with (default: the number of cores).")
  private int threads = Runtime.getRuntime().availableProcessors();

  /**
   * The options with a seed.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  TrainingOptions options(long seed) {
    return new TrainingOptions(epochs, batch, learningRate, seed, threads);
  }
}
