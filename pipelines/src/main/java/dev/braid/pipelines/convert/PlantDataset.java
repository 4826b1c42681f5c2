package dev.braid.pipelines.convert;

import dev.braid.dataset.Label;
import dev.braid.dataset.Split;
import dev.braid.observation.Observation;
import dev.braid.pipelines.simulate.BadObservations;
import dev.braid.pipelines.simulate.PlantOptions;
import dev.braid.pipelines.simulate.PlantSimulation;
import dev.braid.pipelines.simulate.PlantSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The simulated plant as a data set: by default 80 machines of 20 minutes, a labelled window every
 * 30 seconds, split by machine.
 */
final class PlantDataset implements Conversion {
  private static final Duration LENGTH = Duration.ofMinutes(20);
  private static final Duration EVERY = Duration.ofSeconds(30);
  private static final int MACHINES = 80;

  @Override
  public String name() {
    return "plant";
  }

  @Override
  public boolean needsSource() {
    return false;
  }

  @Override
  public ConversionReport convert(
      Path source, DatasetWriter writer, ConversionOptions options, Progress progress) {
    int perMachine = (int) (LENGTH.minus(PlantSpec.WINDOW).dividedBy(EVERY) + 1);
    int scenes = options.scenesOr(MACHINES * perMachine);
    PlantOptions plant =
        new PlantOptions(
            options.seed(),
            (scenes + perMachine - 1) / perMachine,
            PlantOptions.BEGIN,
            LENGTH,
            options.missing(),
            options.degrade());
    ConversionReport.Tally tally = new ConversionReport.Tally();
    write(plant, EVERY, scenes, writer, tally, progress);
    return tally.report();
  }

  /**
   * Writes a plant.
   *
   * @param scenes how many windows to label at most
   */
  static void write(
      PlantOptions options,
      Duration every,
      int scenes,
      DatasetWriter writer,
      ConversionReport.Tally tally,
      Progress progress) {
    PlantSimulation plant = new PlantSimulation(options);
    List<String> names = plant.machines();
    writer.spec(PlantSpec.spec());
    for (int machine = 0; machine < options.machines(); machine++) {
      for (Observation observation : plant.observations(machine)) {
        writer.observation(observation.getModality() + ".jsonl.gz", observation);
        tally.count("observations." + observation.getModality());
      }
      Split split = split(machine);
      writer.split(names.get(machine), split);
      for (Label label : plant.labels(machine, every)) {
        boolean first = label.task().equals(PlantSpec.STATE);
        if (first && tally.counted("scenes") == scenes) {
          break;
        }
        writer.label(label);
        if (first) {
          tally.count("scenes");
          tally.count("scenes." + split.label());
          tally.count("state." + label.value());
        }
      }
      tally.count("machines");
      progress.at(machine + 1L, options.machines());
    }
  }

  /** Adds the lines of broken senders to the first machine's, in the middle of the simulation. */
  static void breakSome(PlantOptions options, DatasetWriter writer, ConversionReport.Tally tally) {
    String machine = new PlantSimulation(options).machines().get(0);
    for (String line :
        BadObservations.lines(machine, options.begin().plus(options.length().dividedBy(2)))) {
      writer.rawLine("broken.jsonl", line);
      tally.count("broken");
    }
  }

  /** Of every ten machines the ninth is for validation and the tenth for test. */
  private static Split split(int machine) {
    return switch (machine % 10) {
      case 8 -> Split.VALIDATION;
      case 9 -> Split.TEST;
      default -> Split.TRAIN;
    };
  }
}
