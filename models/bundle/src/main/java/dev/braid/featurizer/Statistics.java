package dev.braid.featurizer;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What is counted of one modality's payloads to fit its featurizer. Neither the order of payloads
 * nor how they were split up changes the outcome. Mergeable; not safe for several threads.
 */
sealed interface Statistics
    permits TextStatistics, SensorStatistics, RecordStatistics, Statistics.None {
  /**
   * Counts one payload, or nothing of it.
   *
   * @throws InvalidObservationException if it is of another kind or out of range
   */
  void add(Payload payload) throws InvalidObservationException;

  /** Adds what was counted of another part of the same modality. */
  void merge(Statistics other);

  /** The featurizer that was fitted so. */
  Featurizer featurizer();

  /** Writes what was counted, in bytes that depend on nothing else. */
  void write(DataOutput out) throws IOException;

  /** Takes what {@link #write} wrote in place of what was counted. */
  void read(DataInput in) throws IOException;

  /** Nothing was counted of this modality yet. */
  static Statistics of(ModalitySpec spec) {
    if (spec instanceof ModalitySpec.Text text) {
      return new TextStatistics(text);
    } else if (spec instanceof ModalitySpec.Sensor sensor) {
      return new SensorStatistics(sensor);
    } else if (spec instanceof ModalitySpec.Record fields) {
      return new RecordStatistics(fields);
    }
    return new None(spec);
  }

  /** Of a kind whose featurizer has nothing to fit. */
  final class None implements Statistics {
    private final ModalitySpec spec;

    None(ModalitySpec spec) {
      this.spec = spec;
    }

    @Override
    public void add(Payload payload) {}

    @Override
    public void merge(Statistics other) {}

    @Override
    public Featurizer featurizer() {
      return Featurizers.restore(spec, "{}");
    }

    @Override
    public void write(DataOutput out) {}

    @Override
    public void read(DataInput in) {}
  }
}
