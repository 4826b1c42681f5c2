package dev.braid.training.compress;

/**
 * What to do to a bundle.
 *
 * @param prune the share of channels, hidden units and terms to take out, 0 (none) to 0.9
 * @param int8 whether to store weights as bytes and compute with bytes where that is faster
 * @param fp16 whether to store (and, without {@code int8}, compute with) 16-bit floats
 * @param dynamic whether dense layers in bytes take their range from each batch instead of from
 *     calibration; an answer then depends, in its last digits, on what shares its batch
 * @param maxDrop the accuracy (or R2) that each task may lose on the validation scenes, 0 to 1
 * @param seed draws what training draws
 * @param epochs of fine-tuning as {@link dev.braid.training.trainer.TrainingOptions} has them, 1 to
 *     1,000; the sparse training has half as many
 * @param threads that libtorch computes with, 1 to 256
 */
public record CompressionOptions(
    double prune,
    boolean int8,
    boolean fp16,
    boolean dynamic,
    double maxDrop,
    long seed,
    int epochs,
    int threads) {
  public CompressionOptions {
    check(prune >= 0 && prune <= 0.9, "prune must be between 0 and 0.9", prune);
    check(maxDrop >= 0 && maxDrop <= 1, "maxDrop must be between 0 and 1", maxDrop);
    check(epochs >= 1 && epochs <= 1_000, "epochs must be between 1 and 1000", epochs);
    check(threads >= 1 && threads <= 256, "threads must be between 1 and 256", threads);
    check(
        prune > 0 || int8 || fp16,
        "there is nothing to do: name at least one of --prune, --int8 and --fp16",
        "none");
  }

  private static void check(boolean holds, String message, Object value) {
    if (!holds) {
      throw new IllegalArgumentException(message + ", but was: " + value);
    }
  }
}
