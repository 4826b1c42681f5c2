package dev.braid.training.trainer;

import dev.braid.spec.ModalitySpec;
import dev.braid.tensor.TensorRow;
import java.util.Arrays;
import java.util.Random;

/**
 * Changes a featurized row as the world might have: what a camera, a microphone, a sensor or a
 * writer may do to the same truth. Half of all rows stay as they are. Not safe for several threads.
 */
final class Augmentation {
  private static final double SHARE = 0.5;

  private final Random random;

  Augmentation(Random random) {
    this.random = random;
  }

  TensorRow apply(ModalitySpec spec, TensorRow row) {
    if (spec instanceof ModalitySpec.Image image) {
      return TensorRow.of(image(image, row.floats(0)));
    } else if (spec instanceof ModalitySpec.Audio) {
      return TensorRow.of(audio(row.floats(0)));
    } else if (spec instanceof ModalitySpec.Sensor sensor) {
      return TensorRow.of(sensor(sensor, row.floats(0)));
    } else if (spec instanceof ModalitySpec.Text) {
      return text(row);
    }
    return TensorRow.of(record(row.floats(0)));
  }

  /** Moves by up to a fourteenth, then a random erased block and noise (Zhong et al., 2020). */
  private float[] image(ModalitySpec.Image spec, float[] pixels) {
    int height = spec.height();
    int width = spec.width();
    float[] moved = new float[pixels.length];
    Arrays.fill(moved, -1f);
    int down = between(-height / 14, height / 14);
    int right = between(-width / 14, width / 14);
    for (int row = 0; row < pixels.length / width; row++) {
      int y = row % height + down;
      if (y >= 0 && y < height) {
        int target = (row + down) * width;
        int from = Math.max(0, -right);
        int to = Math.min(width, width - right);
        System.arraycopy(pixels, row * width + from, moved, target + from + right, to - from);
      }
    }
    if (random.nextDouble() < SHARE) {
      return moved;
    }
    int blockHeight = between(height / 4, height / 2);
    int blockWidth = between(width / 4, width / 2);
    int top = between(0, height - blockHeight);
    int left = between(0, width - blockWidth);
    for (int row = 0; row < moved.length / width; row++) {
      if (row % height >= top && row % height < top + blockHeight) {
        Arrays.fill(moved, row * width + left, row * width + left + blockWidth, -1f);
      }
    }
    float sigma = random.nextFloat() * 1.2f;
    for (int i = 0; i < moved.length; i++) {
      float noisy = moved[i] + sigma * (float) random.nextGaussian();
      moved[i] = Math.max(-1f, Math.min(1f, noisy));
    }
    return moved;
  }

  /** Moves by up to a tenth, then white noise at 0 to 25 dB below the sound. */
  private float[] audio(float[] samples) {
    int shift = between(-samples.length / 10, samples.length / 10);
    float[] moved = new float[samples.length];
    System.arraycopy(
        samples, Math.max(0, -shift), moved, Math.max(0, shift), samples.length - Math.abs(shift));
    if (random.nextDouble() < SHARE) {
      return moved;
    }
    double power = 0;
    int sounding = 1;
    for (float sample : moved) {
      power += (double) sample * sample;
      sounding += Math.abs(sample) > 1e-4f ? 1 : 0;
    }
    double below = random.nextDouble() * 25;
    float sigma = (float) Math.sqrt(power / sounding * Math.pow(10, -below / 10));
    for (int i = 0; i < moved.length; i++) {
      moved[i] += sigma * (float) random.nextGaussian();
    }
    return moved;
  }

  /** Takes a stretch out, so that what came before it moves up to it, and adds jitter. */
  private float[] sensor(ModalitySpec.Sensor spec, float[] series) {
    if (random.nextDouble() < SHARE) {
      return series;
    }
    int channels = spec.channels();
    int samples = spec.samples();
    int begin = 0;
    while (begin < samples - 1 && series[channels * samples + begin] == 0f) {
      begin++;
    }
    int measured = samples - begin;
    int gap = (int) (measured * random.nextDouble() * 0.6);
    int at = begin + (int) ((measured - gap) * random.nextDouble());
    float[] cut = new float[series.length];
    for (int c = 0; c <= channels; c++) {
      int row = c * samples;
      System.arraycopy(series, row + at + gap, cut, row + at + gap, samples - at - gap);
      System.arraycopy(series, row + begin, cut, row + begin + gap, at - begin);
    }
    float sigma = random.nextFloat() * 0.4f;
    for (int i = 0; i < channels * samples; i++) {
      if (cut[channels * samples + i % samples] > 0f) {
        cut[i] += sigma * (float) random.nextGaussian();
      }
    }
    return cut;
  }

  /** Keeps a random share of the terms and scales the rest to unit length. */
  private TensorRow text(TensorRow row) {
    if (random.nextDouble() < SHARE) {
      return row;
    }
    double keep = 0.05 + 0.95 * random.nextDouble();
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

  /** Forgets one feature in twenty. */
  private float[] record(float[] features) {
    float[] kept = features.clone();
    for (int i = 0; i < kept.length; i++) {
      if (random.nextDouble() < 0.05) {
        kept[i] = 0f;
      }
    }
    return kept;
  }

  private int between(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }
}
