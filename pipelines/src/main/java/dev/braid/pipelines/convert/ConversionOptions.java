package dev.braid.pipelines.convert;

import org.jspecify.annotations.Nullable;

/**
 * How a data set is made.
 *
 * @param seed the same seed, source and options give the same bytes
 * @param missing the probability that a modality is not there, 0 to 1
 * @param degrade the probability that a modality that is there is degraded, 0 to 1
 * @param mismatch the probability that one modality of a scene that shows at least three disagrees
 *     with the others, 0 to 1; only {@code digits} knows it
 * @param scenes how many scenes to make, 1 to 10,000,000; null for the data set's own default
 */
public record ConversionOptions(
    long seed, double missing, double degrade, double mismatch, @Nullable Integer scenes) {
  /** The default of {@code mismatch}. */
  public static final double MISMATCH = 0.3;

  public ConversionOptions {
    probability("missing", missing);
    probability("degrade", degrade);
    probability("mismatch", mismatch);
    if (scenes != null && (scenes < 1 || scenes > 10_000_000)) {
      throw new IllegalArgumentException(
          "scenes must be between 1 and 10000000, but was: " + scenes);
    }
  }

  private static void probability(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be between 0 and 1, but was: " + value);
    }
  }

  int scenesOr(int otherwise) {
    return scenes == null ? otherwise : scenes;
  }
}
