package dev.braid.pipelines.simulate;

import java.util.List;
import java.util.Random;

/**
 * One machine: what it is, its true faults, and what misleads its observers. Times are seconds from
 * the beginning of the simulation. Immutable.
 */
final class Machine {
  /** The share of the time in which a modality says nothing of itself. */
  private static final double OUTAGE = 0.04;

  /** The share of the time in which a modality sees a fault that is not there. */
  private static final double ILLUSION = 0.035;

  private static final List<String> VENDORS = List.of("A", "B", "C");

  private final long seed;
  private final int number;
  private final PlantOptions options;
  private final String vendor;
  private final int ageDays;
  private final double load;
  private final Timeline truth;

  Machine(PlantOptions options, int number) {
    this.seed = options.seed();
    this.number = number;
    this.options = options;
    Random random = random("machine");
    int made = random.nextInt(VENDORS.size());
    this.vendor = VENDORS.get(made);
    this.ageDays = 5 + random.nextInt(400);
    this.load = Timeline.uniform(random, 0.4, 1);
    // A vendor's machines tend to one fault, but have every other one as well.
    double[] weights = {0.3, 0.3, 0.3};
    weights[made] = 0.45;
    this.truth = Timeline.faults(seconds(), weights, random);
  }

  String name() {
    return "press-%02d".formatted(number);
  }

  /** The stream of random numbers of one purpose. */
  Random random(String purpose) {
    return SeededRandom.of(seed, number, purpose);
  }

  PlantOptions options() {
    return options;
  }

  double seconds() {
    return options.length().toMillis() / 1000.0;
  }

  String vendor() {
    return vendor;
  }

  int ageDays() {
    return ageDays;
  }

  /** How hard it works, 0.3 to 1: a shift's slow swing around its own level. */
  double load(double time) {
    return Math.max(0.3, Math.min(1, load + 0.1 * Math.sin(time / 97 + number)));
  }

  Timeline truth() {
    return truth;
  }

  /** 1 as new, 0 broken: what the fault costs, and a little for age. */
  double health(double time) {
    return Math.max(0, 1 - 0.15 * ageDays / 405.0 - 0.8 * truth.severity(time));
  }

  /** When a modality sees one of {@code states} although it is not there. */
  Timeline illusions(String modality, List<MachineState> states) {
    return Timeline.disturbances(
        seconds(), ILLUSION, 30, 80, states, random("illusions " + modality));
  }

  /** When a modality says nothing. */
  Timeline outages(String modality) {
    return Timeline.disturbances(
        seconds(), OUTAGE, 20, 100, MachineState.FAULTS, random("outages " + modality));
  }

  /** Whether the options take the modality away in this minute. */
  boolean isMissing(String modality, double time) {
    return drawn("missing", modality, time) < options.missing();
  }

  /** Whether the options degrade the modality in this minute. */
  boolean isDegraded(String modality, double time) {
    return drawn("degraded", modality, time) < options.degrade();
  }

  private double drawn(String what, String modality, double time) {
    return SeededRandom.of(seed, number, what, modality, (long) (time / 60)).nextDouble();
  }
}
