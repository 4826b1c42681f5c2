package dev.braid.featurizer;

import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.spec.ModalitySpec;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/**
 * Decodes a sound (WAV, AIFF, AU), mixes it to one channel, resamples it, and cuts its loudest
 * stretch of the spec's length, or lays it in the middle of silence: {@code [samples]} in [-1, 1].
 */
public final class AudioFeaturizer implements Featurizer {
  /** The longest sound, in samples of all its channels and after resampling. */
  static final long MAX_SAMPLES = 32L * 1024 * 1024;

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
    try (AudioInputStream in =
        AudioSystem.getAudioInputStream(new ByteArrayInputStream(blob.bytes()))) {
      float sourceRate = in.getFormat().getSampleRate();
      if (!(sourceRate >= 1)) {
        throw new InvalidObservationException(
            "a sound must have at least 1 sample per second, but had: " + sourceRate);
      }
      float[] mono = mono(in);
      long length = Math.max(1, Math.round(mono.length * (double) rateHz / sourceRate));
      if (length > MAX_SAMPLES) {
        throw tooLong(length);
      }
      float[] resampled = new float[(int) length];
      Resampling.resample(mono, resampled);
      return TensorRow.of(cut(resampled));
    } catch (UnsupportedAudioFileException e) {
      throw new InvalidObservationException(
          "not a sound that can be read (WAV, AIFF, AU): %d bytes of '%s'"
              .formatted(blob.bytes().length, blob.contentType()),
          e);
    } catch (IOException | RuntimeException e) {
      // The JDK's readers answer broken bytes with checked and with unchecked exceptions.
      throw new InvalidObservationException(
          "broken sound of '%s': %s".formatted(blob.contentType(), e), e);
    }
  }

  @Override
  public State state() {
    return new State();
  }

  private static float[] mono(AudioInputStream in) throws IOException, InvalidObservationException {
    AudioFormat format = in.getFormat();
    AudioFormat pcm =
        new AudioFormat(
            AudioFormat.Encoding.PCM_SIGNED,
            format.getSampleRate(),
            16,
            format.getChannels(),
            2 * format.getChannels(),
            format.getSampleRate(),
            false);
    byte[] bytes;
    try (AudioInputStream decoded = AudioSystem.getAudioInputStream(pcm, in)) {
      bytes = decoded.readNBytes((int) (2 * MAX_SAMPLES + 1));
    }
    if (bytes.length > 2 * MAX_SAMPLES) {
      throw tooLong(bytes.length / 2);
    }
    int channels = format.getChannels();
    int frames = bytes.length / (2 * channels);
    if (frames == 0) {
      throw new InvalidObservationException(
          "a sound must have at least one sample of each channel, but had %d bytes for %d channels"
              .formatted(bytes.length, channels));
    }
    float[] mono = new float[frames];
    for (int i = 0; i < frames; i++) {
      float sum = 0;
      for (int c = 0; c < channels; c++) {
        int at = 2 * (i * channels + c);
        sum += (short) ((bytes[at] & 0xff) | bytes[at + 1] << 8);
      }
      mono[i] = sum / channels / 32768f;
    }
    return mono;
  }

  private static InvalidObservationException tooLong(long samples) {
    return new InvalidObservationException(
        "a sound must have at most %d samples, but had: %d".formatted(MAX_SAMPLES, samples));
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
