package dev.braid.pipelines.simulate;

import dev.braid.dataset.Label;
import dev.braid.observation.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A plant of presses that wear, overheat and leak. Faults begin, grow over minutes and are
 * repaired. Each fault shows in two of the modalities; each modality is silent at times and at
 * times sees a fault that is not there, so that no single one suffices.
 *
 * <p>Everything is made from the options alone: the same options give the same plant. Immutable;
 * safe for several threads.
 */
public final class PlantSimulation {
  private final PlantOptions options;

  public PlantSimulation(PlantOptions options) {
    this.options = options;
  }

  /** The machines' names. */
  public List<String> machines() {
    List<String> names = new ArrayList<>();
    for (int number = 0; number < options.machines(); number++) {
      names.add(new Machine(options, number).name());
    }
    return names;
  }

  /**
   * Everything that was observed of one machine, by time and then by modality.
   *
   * @param number 0 to the number of machines, exclusive
   */
  public List<Observation> observations(int number) {
    Machine machine = machine(number);
    List<Observation> observations = new ArrayList<>();
    for (Reporter reporter :
        List.of(
            new Camera(machine),
            new OperatorLog(machine),
            new VibrationSensor(machine),
            new WorkOrders(machine))) {
      reporter.report(observations);
    }
    observations.sort(
        Comparator.comparing(Observation::getTime).thenComparing(Observation::getModality));
    return observations;
  }

  /**
   * The truth about one machine in every window that lies wholly in the simulation: the state that
   * held longest, and the health at the window's end.
   *
   * @param number 0 to the number of machines, exclusive
   * @param every from one labelled window to the next; a whole number of the spec's periods
   */
  public List<Label> labels(int number, Duration every) {
    long step = every.toMillis();
    if (step < 1 || step % PlantSpec.PERIOD.toMillis() != 0) {
      throw new IllegalArgumentException(
          "every must be a whole number of %s, but was: %s".formatted(PlantSpec.PERIOD, every));
    }
    Machine machine = machine(number);
    List<Label> labels = new ArrayList<>();
    Instant last = options.begin().plus(options.length()).minus(PlantSpec.WINDOW);
    for (Instant start = options.begin(); !start.isAfter(last); start = start.plusMillis(step)) {
      Instant end = start.plus(PlantSpec.WINDOW);
      double from = Duration.between(options.begin(), start).toMillis() / 1000.0;
      double to = Duration.between(options.begin(), end).toMillis() / 1000.0;
      labels.add(
          new Label(
              machine.name(),
              start,
              end,
              PlantSpec.STATE,
              machine.truth().longest(from, to).label()));
      labels.add(
          new Label(
              machine.name(),
              start,
              end,
              PlantSpec.HEALTH,
              Math.round(machine.health(to) * 10_000) / 10_000.0));
    }
    return labels;
  }

  private Machine machine(int number) {
    if (number < 0 || number >= options.machines()) {
      throw new IllegalArgumentException(
          "a machine's number must be 0 to %d, but was: %d"
              .formatted(options.machines() - 1, number));
    }
    return new Machine(options, number);
  }
}
