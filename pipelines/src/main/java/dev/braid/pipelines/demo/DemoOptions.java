package dev.braid.pipelines.demo;

import dev.braid.pipelines.simulate.PlantOptions;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the demo does.
 *
 * @param output the directory of everything that it makes
 * @param seed of the simulation
 * @param machines 1 to 100
 * @param minutes 5 to 1,440
 */
public record DemoOptions(Path output, long seed, int machines, int minutes) {
  /**
   * @throws IllegalArgumentException if a number is out of range
   */
  public DemoOptions {
    if (machines < 1 || machines > 100) {
      throw new IllegalArgumentException(
          "machines must be between 1 and 100, but was: " + machines);
    }
    if (minutes < 5 || minutes > 1440) {
      throw new IllegalArgumentException("minutes must be between 5 and 1440, but was: " + minutes);
    }
  }

  PlantOptions plant() {
    return PlantOptions.of(seed, machines, Duration.ofMinutes(minutes));
  }
}
