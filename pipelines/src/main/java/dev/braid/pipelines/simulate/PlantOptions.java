package dev.braid.pipelines.simulate;

import java.time.Duration;
import java.time.Instant;

/**
 * What to simulate.
 *
 * @param seed the same options give the same observations, byte for byte; a machine does not depend
 *     on how many others there are
 * @param machines 1 to 100,000
 * @param begin when the simulation begins; a whole window period of the plant's spec
 * @param length at least two minutes
 * @param missing the probability that a modality says nothing in a minute, beside the plant's own
 *     outages, 0 to 1; work orders always come
 * @param degrade the probability that a modality is degraded in a minute, 0 to 1
 */
public record PlantOptions(
    long seed, int machines, Instant begin, Duration length, double missing, double degrade) {

  /** When a simulation begins unless it is told otherwise. */
  public static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

  public PlantOptions {
    if (machines < 1 || machines > 100_000) {
      throw new IllegalArgumentException(
          "machines must be between 1 and 100000, but was: " + machines);
    }
    if (length.compareTo(Duration.ofMinutes(2)) < 0) {
      throw new IllegalArgumentException("length must be at least 2 minutes, but was: " + length);
    }
    if (begin.toEpochMilli() % PlantSpec.PERIOD.toMillis() != 0) {
      throw new IllegalArgumentException("begin must be a whole period, but was: " + begin);
    }
    if (!(missing >= 0 && missing <= 1) || !(degrade >= 0 && degrade <= 1)) {
      throw new IllegalArgumentException(
          "missing and degrade must be between 0 and 1, but were: " + missing + ", " + degrade);
    }
  }

  /** A plant without further loss. */
  public static PlantOptions of(long seed, int machines, Duration length) {
    return new PlantOptions(seed, machines, BEGIN, length, 0, 0);
  }
}
