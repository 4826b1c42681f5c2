package dev.braid.pipelines.simulate;

import dev.braid.observation.Observation;
import dev.braid.observation.Payload;
import java.util.List;

/** One modality of one machine: reports what it sees, in the order of time. */
abstract class Reporter {
  private final Machine machine;
  private final String modality;
  private final Timeline outages;

  Reporter(Machine machine, String modality) {
    this.machine = machine;
    this.modality = modality;
    this.outages = machine.outages(modality);
  }

  final Machine machine() {
    return machine;
  }

  final String modality() {
    return modality;
  }

  /** Appends every report of the simulation. */
  abstract void report(List<Observation> to);

  /** Whether the modality says nothing at an instant. */
  boolean isSilent(double time) {
    return outages.covers(time) || machine.isMissing(modality, time);
  }

  /** An observation at a whole millisecond. */
  final Observation observation(int number, double time, Payload payload) {
    return Observation.of(
        "%s-%05d".formatted(modality, number),
        machine.name(),
        modality,
        machine.options().begin().plusMillis(Math.round(time * 1000)),
        payload);
  }
}
