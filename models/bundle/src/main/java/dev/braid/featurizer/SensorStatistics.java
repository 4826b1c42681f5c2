package dev.braid.featurizer;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The moments of every channel over all readings that are not missing. */
final class SensorStatistics implements Statistics {
  private final ModalitySpec.Sensor spec;
  private final RunningMoments[] channels;

  SensorStatistics(ModalitySpec.Sensor spec) {
    this.spec = spec;
    this.channels = new RunningMoments[spec.channels()];
    for (int c = 0; c < channels.length; c++) {
      channels[c] = new RunningMoments();
    }
  }

  @Override
  public void add(Payload payload) throws InvalidObservationException {
    Payload.Samples samples = SensorFeaturizer.samples(spec, payload);
    for (int i = 0; i < samples.count(); i++) {
      for (int c = 0; c < channels.length; c++) {
        float reading = samples.at(i, c);
        if (!Float.isNaN(reading)) {
          channels[c].add(reading);
        }
      }
    }
  }

  @Override
  public void merge(Statistics other) {
    for (int c = 0; c < channels.length; c++) {
      channels[c].merge(((SensorStatistics) other).channels[c]);
    }
  }

  @Override
  public SensorFeaturizer featurizer() {
    double[] mean = new double[channels.length];
    double[] deviation = new double[channels.length];
    for (int c = 0; c < channels.length; c++) {
      mean[c] = channels[c].mean();
      deviation[c] = channels[c].deviation();
    }
    return new SensorFeaturizer(spec, new SensorFeaturizer.State(mean, deviation));
  }

  @Override
  public void write(DataOutput out) throws IOException {
    for (RunningMoments channel : channels) {
      channel.write(out);
    }
  }

  @Override
  public void read(DataInput in) throws IOException {
    for (int c = 0; c < channels.length; c++) {
      channels[c] = RunningMoments.read(in);
    }
  }
}
