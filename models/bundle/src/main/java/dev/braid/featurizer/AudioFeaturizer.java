package dev.braid.featurizer;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.util.List;

/**
 * Decodes a sound (WAV, AIFF, AU), mixes it to one channel, resamples it, and cuts its loudest
 * stretch of the spec's length, or lays it in the middle of silence: {@code [samples]} in [-1, 1].
 */
public final class AudioFeaturizer implements Featurizer {
  private final int rateHz;
  private final int samples;

  /** Nothing is fitted. */
  public record State() {}

  AudioFeaturizer(ModalitySpec.Audio spec) {
    this.samples = spec.samples();
    this.rateHz = spec.rateHz() == null ? 16_000 : spec.rateHz();
  }

  @Override
  public List<TensorSpec> inputs() {
    return List.of(TensorSpec.floats("samples", samples));
  }

  @Override
  public TensorRow featurize(Payload payload) throws InvalidObservationException {
    Payload.Blob blob =
        PayloadKinds.require(payload, Payload.Blob.class, "a sound as 'base64' or 'uri'");
    SoundDecoder.Sound sound = SoundDecoder.decode(blob);
    long length = Math.max(1, Math.round(sound.samples().length * rateHz / sound.rateHz()));
    if (length > SoundDecoder.MAX_SAMPLES) {
      throw new InvalidObservationException(
          "a sound must have at most %d samples at %d a second, but had: %d"
              .formatted(SoundDecoder.MAX_SAMPLES, rateHz, length));
    }
    float[] resampled = new float[(int) length];
    Resampling.resample(sound.samples(), resampled);
    return TensorRow.of(cut(resampled));
  }

  @Override
  public State state() {
    return new State();
  }

  private float[] cut(float[] sound) {
    float[] row = new float[samples];
    if (sound.length <= samples) {
      System.arraycopy(sound, 0, row, (samples - sound.length) / 2, sound.length);
      return row;
    }
    double energy = 0;
    double most = -1;
    int begin = 0;
    for (int end = 0; end < sound.length; end++) {
      energy += (double) sound[end] * sound[end];
      if (end >= samples) {
        energy -= (double) sound[end - samples] * sound[end - samples];
      }
      if (end >= samples - 1 && energy > most) {
        most = energy;
        begin = end - samples + 1;
      }
    }
    System.arraycopy(sound, begin, row, 0, samples);
    return row;
  }
}
