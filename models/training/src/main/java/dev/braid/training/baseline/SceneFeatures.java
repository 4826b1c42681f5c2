package dev.braid.training.baseline;

import dev.braid.spec.ModalitySpec;
import dev.braid.tensor.TensorRow;
import dev.braid.training.trainer.TrainingData;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * A scene as named numbers, from the same featurized rows that a net sees. Of every modality: what
 * its latest observation gives, and where a scene may hold several, the mean over all of them and
 * their number. Safe for several threads.
 *
 * <ul>
 *   <li>record: z-scores, flags and categories as they are;
 *   <li>text: TF-IDF by term;
 *   <li>sensor: the statistics of {@link Signal} for each channel, and the share that was measured;
 *   <li>image: means of at most 16 x 16 equal blocks for each channel;
 *   <li>audio: {@link Signal} of 16 equal stretches.
 * </ul>
 */
final class SceneFeatures {
  private static final int BLOCKS = 16;

  private final TrainingData data;

  SceneFeatures(TrainingData data) {
    this.data = data;
  }

  /** The scene's numbers by name; one that is not there is 0. */
  Map<String, Double> of(TrainingData.Example scene) {
    Map<String, Double> features = new TreeMap<>();
    scene
        .tokens()
        .forEach(
            (modality, tokens) -> {
              ModalitySpec spec =
                  java.util.Objects.requireNonNull(data.spec().modalities().get(modality));
              int[] rows = tokens.rows();
              Map<String, Double> sum = new LinkedHashMap<>();
              Map<String, Double> latest = Map.of();
              for (int row : rows) {
                latest = of(spec, data.rows(modality).get(row));
                latest.forEach((name, value) -> sum.merge(name, value, Double::sum));
              }
              latest.forEach((name, value) -> features.put(modality + "." + name, value));
              features.put(modality + ".there", 1.0);
              if (spec.tokens() > 1) {
                features.put(modality + ".observations", (double) rows.length);
                sum.forEach(
                    (name, value) -> features.put(modality + ".mean." + name, value / rows.length));
              }
            });
    return features;
  }

  private static Map<String, Double> of(ModalitySpec spec, TensorRow row) {
    Map<String, Double> features = new LinkedHashMap<>();
    if (spec instanceof ModalitySpec.Text) {
      for (int i = 0; i < row.length(0); i++) {
        features.put("term" + row.longs(0)[i], (double) row.floats(1)[i]);
      }
    } else if (spec instanceof ModalitySpec.Sensor sensor) {
      series(sensor, row.floats(0), features);
    } else if (spec instanceof ModalitySpec.Image image) {
      blocks(image, row.floats(0), features);
    } else if (spec instanceof ModalitySpec.Audio) {
      float[] samples = row.floats(0);
      for (int i = 0; i < BLOCKS; i++) {
        int from = i * samples.length / BLOCKS;
        Signal.of(samples, from, (i + 1) * samples.length / BLOCKS)
            .addTo(features, "stretch" + i + ".");
      }
    } else {
      float[] values = row.floats(0);
      for (int i = 0; i < values.length; i++) {
        features.put("field" + i, (double) values[i]);
      }
    }
    return features;
  }

  private static void series(
      ModalitySpec.Sensor spec, float[] series, Map<String, Double> features) {
    int samples = spec.samples();
    int measured = spec.channels() * samples;
    double share = 0;
    int begin = samples - 1;
    for (int i = samples - 1; i >= 0; i--) {
      share += series[measured + i] / samples;
      begin = series[measured + i] > 0 ? i : begin;
    }
    features.put("measured", share);
    for (int c = 0; c < spec.channels(); c++) {
      Signal.of(series, c * samples + begin, (c + 1) * samples)
          .addTo(features, "channel" + c + ".");
    }
  }

  private static void blocks(
      ModalitySpec.Image spec, float[] pixels, Map<String, Double> features) {
    int rows = Math.min(BLOCKS, spec.height());
    int columns = Math.min(BLOCKS, spec.width());
    int channels = pixels.length / (spec.height() * spec.width());
    double[] sums = new double[channels * rows * columns];
    int[] counts = new int[sums.length];
    for (int i = 0; i < pixels.length; i++) {
      int y = i / spec.width() % spec.height() * rows / spec.height();
      int x = i % spec.width() * columns / spec.width();
      int block = (i / (spec.height() * spec.width()) * rows + y) * columns + x;
      sums[block] += pixels[i];
      counts[block]++;
    }
    for (int i = 0; i < sums.length; i++) {
      features.put("block" + i, sums[i] / counts[i]);
    }
  }
}
