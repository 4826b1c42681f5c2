package dev.braid.pipelines.simulate;

import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Lines of operators and controllers, one every few seconds. In a fault some of them name it, some
 * say only that something is wrong; single lines name faults that are not there, and at times
 * somebody enters another machine's tickets here.
 */
final class OperatorLog extends Reporter {
  private final Random random;
  private final Timeline foreign;

  OperatorLog(Machine machine) {
    super(machine, PlantSpec.LOG);
    this.random = machine.random(PlantSpec.LOG);
    this.foreign = machine.illusions(modality(), MachineState.FAULTS);
  }

  @Override
  void report(List<Observation> to) {
    int number = 0;
    for (double time = gap(); time < machine().seconds(); time += gap()) {
      String line = line(time);
      if (machine().isDegraded(modality(), time)) {
        line = halved(line);
      }
      if (!isSilent(time)) {
        to.add(observation(number, time, new Payload.Text(line, "text/plain")));
      }
      number++;
    }
  }

  private double gap() {
    return Timeline.uniform(random, 3, 6.5);
  }

  private String line(double time) {
    Timeline.Stretch told = told(time);
    double draw = random.nextDouble();
    if (told != null) {
      double named = 0.5 + 0.25 * told.severity(time);
      if (draw < named) {
        return LogLines.fault(told.state(), random);
      }
      if (draw < named + 0.12) {
        return LogLines.vague(random);
      }
    }
    double other = random.nextDouble();
    if (other < 0.04) {
      return LogLines.fault(anyFault(), random);
    }
    if (other < 0.10) {
      return LogLines.denial(anyFault(), random);
    }
    return other < 0.14 ? LogLines.vague(random) : LogLines.routine(random);
  }

  /** What the log tells of: another machine's fault, or the truth. */
  private Timeline.@Nullable Stretch told(double time) {
    Timeline.Stretch foreignStretch = foreign.at(time);
    return foreignStretch == null ? machine().truth().at(time) : foreignStretch;
  }

  private MachineState anyFault() {
    return MachineState.FAULTS.get(random.nextInt(MachineState.FAULTS.size()));
  }

  /** Loses every second word, at random. */
  private String halved(String line) {
    List<String> kept = new ArrayList<>();
    for (String word : line.split(" ", -1)) {
      if (random.nextBoolean()) {
        kept.add(word);
      }
    }
    return kept.isEmpty() ? "?" : String.join(" ", kept);
  }
}
