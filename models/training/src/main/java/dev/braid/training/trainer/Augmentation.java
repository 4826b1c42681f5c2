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
  private final Corruption corruption;

  Augmentation(Random random) {
    this.random = random;
    this.corruption = new Corruption(random);
  }

  TensorRow apply(ModalitySpec spec, TensorRow row) {
    if (spec.bringsEncoder()) {
      return row; // An embedding: what the world might have done to it is not known.
    } else if (spec instanceof ModalitySpec.Image image) {
      return TensorRow.of(image(image, row.floats(0)));
    } else if (spec instanceof ModalitySpec.Audio) {
      return TensorRow.of(audio(row.floats(0)));
    } else if (spec instanceof ModalitySpec.Sensor sensor) {
      return TensorRow.of(sensor(sensor, row.floats(0)));
    } else if (spec instanceof ModalitySpec.Text) {
      return text(row);
    }
    return TensorRow.of(corruption.record(row.floats(0), 0.05));
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
    return corruption.image(
        spec,
        moved,
        between(height / 4, height / 2),
        between(width / 4, width / 2),
        random.nextFloat() * 1.2f);
  }

  /** Moves by up to a tenth, then white noise at 0 to 25 dB below the sound. */
  private float[] audio(float[] samples) {
    int shift = between(-samples.length / 10, samples.length / 10);
    float[] moved = new float[samples.length];
    System.arraycopy(
        samples, Math.max(0, -shift), moved, Math.max(0, shift), samples.length - Math.abs(shift));
    return random.nextDouble() < SHARE ? moved : corruption.audio(moved, random.nextDouble() * 25);
  }

  private float[] sensor(ModalitySpec.Sensor spec, float[] series) {
    return random.nextDouble() < SHARE
        ? series
        : corruption.sensor(spec, series, random.nextDouble() * 0.6, random.nextFloat() * 0.4f);
  }

  private TensorRow text(TensorRow row) {
    return random.nextDouble() < SHARE
        ? row
        : corruption.text(row, 0.05 + 0.95 * random.nextDouble());
  }

  private int between(int low, int high) {
    return low + random.nextInt(high - low + 1);
  }
}
