package dev.braid.training.compress;

import java.util.Locale;

/** How the range of an activation is chosen from what was seen of it. */
public enum RangeMethod {
  /** All that was seen. */
  MIN_MAX {
    @Override
    Range of(Histogram seen) {
      return new Range(seen.low(), seen.high());
    }
  },
  /** All but the outermost 1 in 10,000 on either side. */
  PERCENTILE {
    @Override
    Range of(Histogram seen) {
      return new Range(seen.quantile(1e-4), seen.quantile(1 - 1e-4));
    }
  },
  /**
   * The threshold whose clipped and rounded distribution is nearest to what was seen, by the
   * Kullback-Leibler divergence (Migacz, 8-bit Inference with TensorRT, 2017).
   */
  ENTROPY {
    @Override
    Range of(Histogram seen) {
      float threshold = seen.entropyThreshold();
      return new Range(Math.max(seen.low(), -threshold), Math.min(seen.high(), threshold));
    }
  };

  abstract Range of(Histogram seen);

  /** The name in reports. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '/');
  }
}
