package dev.braid.serving;

import dev.braid.bundle.GoldenRows;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.bundle.Manifest;
import java.util.List;

/** Holds what a model answers to what it answered when its bundle was made. */
final class GoldenCheck {
  /** The largest difference from a golden output: absolute, and relative to it. */
  static final float TOLERANCE = 1e-4f;

  /**
   * The same of a model that computes with less than 32 bits: where another processor rounds a last
   * digit the other way, a whole step of a byte may follow.
   */
  static final float COARSE_TOLERANCE = 2e-2f;

  private GoldenCheck() {}

  /**
   * Checks that the golden rows come out.
   *
   * @param tolerance the largest difference, absolute and relative
   * @throws InvalidBundleException if one does not
   */
  static void check(Model model, Manifest.Model manifest, GoldenRows golden, float tolerance) {
    List<RowResult<float[][]>> results =
        model.run(golden.rows(), float[][]::clone, CallObserver.NONE);
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i) instanceof RowResult.Served<float[][]> served) {
        compare(manifest, i, golden.outputs().get(i), served.value(), tolerance);
      } else if (results.get(i) instanceof RowResult.Failed<float[][]> failed) {
        throw new InvalidBundleException(
            "%s: golden row %d fails: %s".formatted(manifest.golden(), i, failed.reason()));
      }
    }
  }

  private static void compare(
      Manifest.Model manifest, int row, float[][] expected, float[][] found, float tolerance) {
    boolean shaped = expected.length == found.length;
    for (int o = 0; shaped && o < found.length; o++) {
      shaped = expected[o].length == found[o].length;
    }
    if (!shaped) {
      throw new InvalidBundleException(
          "%s: golden row %d does not have the outputs of %s"
              .formatted(manifest.golden(), row, manifest.file()));
    }
    for (int o = 0; o < found.length; o++) {
      for (int e = 0; e < found[o].length; e++) {
        float wanted = expected[o][e];
        if (!(Math.abs(found[o][e] - wanted) <= tolerance + tolerance * Math.abs(wanted))) {
          throw new InvalidBundleException(
              "%s does not reproduce golden row %d: %s[%d] must be %s, but was: %s"
                  .formatted(
                      manifest.file(),
                      row,
                      manifest.outputs().get(o).name(),
                      e,
                      wanted,
                      found[o][e]));
        }
      }
    }
  }
}
