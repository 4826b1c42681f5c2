package dev.braid.training.trainer;

import dev.braid.spec.ModalitySpec;
import dev.braid.tensor.TensorRow;
import java.util.Arrays;
import java.util.Random;

/**
 * Takes some of the truth out of a featurized row, as a camera, a microphone, a sensor or a writer
 * may do. Not safe for several threads.
 */
final class Corruption {
  private static final int FEW_TERMS = 8;

  private final Random random;

  Corruption(Random random) {
    this.random = random;
  }

  /**
   * A row as bad as {@code braid dataset digits --degrade} makes its source: of an image a block of
   * half its height and width is gone and noise of half of the full scale is on the rest; a sound
   * has white noise at 0 dB; a series has lost 60 % of its samples and has jitter of 0.2; a text
   * has 8 terms left; a record has lost half of its features. The embedding of an encoder that the
   * user brings stays as it is.
   */
  TensorRow severe(ModalitySpec spec, TensorRow row) {
    if (spec.bringsEncoder()) {
      return row;
    } else if (spec instanceof ModalitySpec.Image image) {
      return TensorRow.of(image(image, row.floats(0), image.height() / 2, image.width() / 2, 1f));
    } else if (spec instanceof ModalitySpec.Audio) {
      return TensorRow.of(audio(row.floats(0), 0));
    } else if (spec instanceof ModalitySpec.Sensor sensor) {
      return TensorRow.of(sensor(sensor, row.floats(0), 0.6, 0.2f));
    } else if (spec instanceof ModalitySpec.Text) {
      return text(row, (double) FEW_TERMS / Math.max(FEW_TERMS, row.floats(1).length));
    }
    return TensorRow.of(record(row.floats(0), 0.5));
  }

  /**
   * Erases a block at a random place and adds noise.
   *
   * @param pixels -1 to 1
   * @param sigma the noise's deviation, in the same unit
   */
  float[] image(
      ModalitySpec.Image spec, float[] pixels, int blockHeight, int blockWidth, float sigma) {
    int height = spec.height();
    int width = spec.width();
    int top = random.nextInt(height - blockHeight + 1);
    int left = random.nextInt(width - blockWidth + 1);
    float[] noisy = pixels.clone();
    for (int row = 0; row < noisy.length / width; row++) {
      if (row % height >= top && row % height < top + blockHeight) {
        Arrays.fill(noisy, row * width + left, row * width + left + blockWidth, -1f);
      }
    }
    for (int i = 0; i < noisy.length; i++) {
      float value = noisy[i] + sigma * (float) random.nextGaussian();
      noisy[i] = Math.max(-1f, Math.min(1f, value));
    }
    return noisy;
  }

  /** Adds white noise so many decibels below the sound. */
  float[] audio(float[] samples, double decibels) {
    double power = 0;
    int sounding = 1;
    for (float sample : samples) {
      power += (double) sample * sample;
      sounding += Math.abs(sample) > 1e-4f ? 1 : 0;
    }
    float sigma = (float) Math.sqrt(power / sounding * Math.pow(10, -decibels / 10));
    float[] noisy = samples.clone();
    for (int i = 0; i < noisy.length; i++) {
      noisy[i] += sigma * (float) random.nextGaussian();
    }
    return noisy;
  }

  /** Takes a stretch out, so that what came before it moves up to it, and adds jitter. */
  float[] sensor(ModalitySpec.Sensor spec, float[] series, double gapShare, float sigma) {
    int channels = spec.channels();
    int samples = spec.samples();
    int begin = 0;
    while (begin < samples - 1 && series[channels * samples + begin] == 0f) {
      begin++;
    }
    int measured = samples - begin;
    int gap = (int) (measured * gapShare);
    int at = begin + (int) ((measured - gap) * random.nextDouble());
    float[] cut = new float[series.length];
    for (int c = 0; c <= channels; c++) {
      int row = c * samples;
      System.arraycopy(series, row + at + gap, cut, row + at + gap, samples - at - gap);
      System.arraycopy(series, row + begin, cut, row + begin + gap, at - begin);
    }
    for (int i = 0; i < channels * samples; i++) {
      if (cut[channels * samples + i % samples] > 0f) {
        cut[i] += sigma * (float) random.nextGaussian();
      }
    }
    return cut;
  }

  /** Keeps a random share of the terms and scales the rest to unit length. */
  TensorRow text(TensorRow row, double keep) {
    float[] weights = row.floats(1).clone();
    double norm = 0;
    for (int i = 0; i < weights.length; i++) {
      if (random.nextDouble() > keep) {
        weights[i] = 0f;
      }
      norm += (double) weights[i] * weights[i];
    }
    if (norm == 0) {
      return row;
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= (float) Math.sqrt(norm);
    }
    return TensorRow.of(row.longs(0), weights);
  }

  /** Forgets a share of the features. */
  float[] record(float[] features, double share) {
    float[] kept = features.clone();
    for (int i = 0; i < kept.length; i++) {
      if (random.nextDouble() < share) {
        kept[i] = 0f;
      }
    }
    return kept;
  }
}
