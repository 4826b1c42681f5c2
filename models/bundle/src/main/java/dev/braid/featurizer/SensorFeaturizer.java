package dev.braid.featurizer;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;

/**
 * Bridges missing readings, resamples a series to the spec's rate, keeps its latest frame, and
 * scales every channel to mean 0 and deviation 1, cut at 100 deviations. A shorter series ends
 * where the frame ends; a last channel says where it was measured (1) and where it was bridged or
 * is not there (0): {@code [channels + 1, samples]}.
 */
public final class SensorFeaturizer implements Featurizer {
  /** A broken sensor may report anything that a float can hold; a net needs less. */
  private static final double LIMIT = 100;

  private final ModalitySpec.Sensor spec;
  private final State state;
  private final double[] scales;

  /** Mean and deviation of each channel over the training data. */
  public record State(double[] mean, double[] deviation) {}

  SensorFeaturizer(ModalitySpec.Sensor spec, State state) {
    this.spec = spec;
    this.state = state;
    if (state.mean().length != spec.channels() || state.deviation().length != spec.channels()) {
      throw new IllegalArgumentException(
          "statistics must be of %d channels, but were of: %d"
              .formatted(spec.channels(), state.mean().length));
    }
    this.scales = Arrays.stream(state.deviation()).map(deviation -> 1 / deviation).toArray();
  }

  @Override
  public List<TensorSpec> inputs() {
    return List.of(TensorSpec.floats("series", spec.channels() + 1, spec.samples()));
  }

  @Override
  public TensorRow featurize(Payload payload) throws InvalidObservationException {
    Payload.Samples given = ofChannels(spec, payload);
    int count = given.count();
    int channels = spec.channels();
    int frame = spec.samples();
    long length = Math.max(1, Math.round(count * spec.rateHz() / given.rateHz()));
    int kept = (int) Math.min(length, frame);
    float[] series = new float[(channels + 1) * frame];
    if (length == count && scale(given.values(), kept, series)) {
      return TensorRow.of(series);
    }
    requireNoInfinity(given);
    Arrays.fill(series, 0f);
    float[] measured = new float[count];
    float[] channel = new float[count];
    float[] resampled = new float[kept];
    Arrays.fill(measured, 1f);
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < count; i++) {
        channel[i] = given.at(i, c);
        if (Float.isNaN(channel[i])) {
          measured[i] = 0f;
        }
      }
      bridge(channel, (float) state.mean()[c]);
      Resampling.latest(channel, length, resampled);
      for (int i = 0; i < kept; i++) {
        series[c * frame + frame - kept + i] = score(resampled[i], c);
      }
    }
    Resampling.latest(measured, length, resampled);
    System.arraycopy(resampled, 0, series, channels * frame + frame - kept, kept);
    return TensorRow.of(series);
  }

  @Override
  public State state() {
    return state;
  }

  /**
   * Makes the row of what most sensors send: the spec's rate, nothing missing, nothing to bridge.
   *
   * @return whether it is that; if not, the row is unfinished
   */
  private boolean scale(float[] values, int kept, float[] series) {
    int channels = spec.channels();
    int frame = spec.samples();
    int begin = values.length - kept * channels;
    for (int i = 0; i < begin; i++) {
      if (!Float.isFinite(values[i])) {
        return false;
      }
    }
    int from = frame - kept;
    for (int c = 0; c < channels; c++) {
      if (!scale(values, begin + c, kept, c, series, c * frame + from)) {
        return false;
      }
    }
    Arrays.fill(series, channels * frame + from, (channels + 1) * frame, 1f);
    return true;
  }

  /** The same of one channel, whose readings begin at {@code first}. */
  private boolean scale(float[] values, int first, int kept, int channel, float[] series, int at) {
    int channels = spec.channels();
    double mean = state.mean()[channel];
    double scale = scales[channel];
    boolean rare = false;
    for (int i = 0; i < kept; i++) {
      double score = (values[first + i * channels] - mean) * scale;
      series[at + i] = (float) score;
      // Also true of what is no number. Without a branch: this is most of what a small model costs
      // beside itself.
      rare |= !(Math.abs(score) <= LIMIT);
    }
    for (int i = 0; rare && i < kept; i++) {
      float value = values[first + i * channels];
      if (!Float.isFinite(value)) {
        return false;
      }
      series[at + i] = score(value, channel);
    }
    return true;
  }

  private float score(float value, int channel) {
    double score = (value - state.mean()[channel]) * scales[channel];
    return (float) (score > LIMIT ? LIMIT : score < -LIMIT ? -LIMIT : score);
  }

  static Payload.Samples samples(ModalitySpec.Sensor spec, Payload payload)
      throws InvalidObservationException {
    Payload.Samples samples = ofChannels(spec, payload);
    requireNoInfinity(samples);
    return samples;
  }

  private static Payload.Samples ofChannels(ModalitySpec.Sensor spec, Payload payload)
      throws InvalidObservationException {
    Payload.Samples samples =
        PayloadKinds.require(payload, Payload.Samples.class, "'values' and 'rateHz'");
    if (samples.channels() != spec.channels()) {
      throw new InvalidObservationException(
          "a sample must have %d channels, but had: %d"
              .formatted(spec.channels(), samples.channels()));
    }
    return samples;
  }

  private static void requireNoInfinity(Payload.Samples samples)
      throws InvalidObservationException {
    float[] values = samples.values();
    for (int i = 0; i < values.length; i++) {
      if (Float.isInfinite(values[i])) {
        throw new InvalidObservationException(
            "values[%d] must be finite, but was %s".formatted(i / samples.channels(), values[i]));
      }
    }
  }

  /** Replaces NaN by the line between its neighbours, at the ends by the nearest reading. */
  private static void bridge(float[] channel, float otherwise) {
    int last = -1;
    for (int i = 0; i <= channel.length; i++) {
      if (i < channel.length && Float.isNaN(channel[i])) {
        continue;
      }
      for (int gap = last + 1; gap < i; gap++) {
        if (last < 0 && i == channel.length) {
          channel[gap] = otherwise;
        } else if (last < 0) {
          channel[gap] = channel[i];
        } else if (i == channel.length) {
          channel[gap] = channel[last];
        } else {
          float share = (float) (gap - last) / (i - last);
          channel[gap] = channel[last] * (1 - share) + channel[i] * share;
        }
      }
      last = i;
    }
  }
}
