package dev.braid.training.encoder;

import dev.braid.spec.ModalitySpec;
import dev.braid.training.graph.Ops;
import dev.braid.training.graph.Parameters;
import java.util.List;

/**
 * A log-mel spectrogram computed inside the graph, then a CNN over time and frequency, and the mean
 * and maximum over time. Frames of about 32 ms every 10 ms; triangular filters on the mel scale of
 * O'Shaughnessy (2595 log10(1 + f / 700)).
 */
final class AudioEncoder implements Encoder {
  private static final int MELS = 40;
  private static final int[] CHANNELS = {16, 32, 64, 64};
  private static final float FLOOR = 1e-5f;

  private final String name;
  private final int frame;
  private final int hop;
  private final int frames;
  private final float[] filters;

  AudioEncoder(ModalitySpec.Audio spec, Parameters parameters, String name, int width) {
    this.name = name;
    int rate = spec.rateHz() == null ? 16_000 : spec.rateHz();
    this.frame = Integer.highestOneBit(Math.max(64, (int) (rate * 0.033)));
    this.hop = Math.max(1, rate / 100);
    this.frames = (spec.samples() - frame) / hop + 1;
    this.filters = mels(frame / 2 + 1, rate);
    int inputs = 1;
    for (int i = 0; i < CHANNELS.length; i++) {
      String block = name + "." + i;
      parameters.convolution(block + ".conv", inputs, CHANNELS[i], 3, 3);
      parameters.norm(block + ".norm", CHANNELS[i]);
      parameters.statistics(block + ".norm", CHANNELS[i]);
      inputs = CHANNELS[i];
    }
    parameters.linear(name + ".out", 2L * inputs * (MELS >> CHANNELS.length), width);
  }

  @Override
  public <T> T forward(Ops<T> ops, List<T> inputs) {
    T power = ops.powerSpectrum(inputs.get(0), frame, hop);
    T mel = ops.matmul(power, ops.constant(filters, frame / 2 + 1, MELS));
    T log = ops.log(ops.add(mel, ops.constant(new float[] {FLOOR}, 1)));
    // The level of a recording says nothing of what is said: each one is centred on its own mean.
    T mean = ops.mean(ops.mean(log, 2, true), 1, true);
    T x = ops.reshape(ops.subtract(log, mean), 0, 1, frames, MELS);
    for (int i = 0; i < CHANNELS.length; i++) {
      String block = name + "." + i;
      x = ops.batchNorm(ops.convolution(x, block + ".conv", 1, 1), block + ".norm");
      x = ops.maxPool(ops.relu(x), 2);
    }
    // [N, channels, time, mels] -> [N, channels x mels] twice
    T average = ops.reshape(ops.mean(x, 2, false), 0, -1);
    T loudest = ops.reshape(ops.max(x, 2, false), 0, -1);
    T pooled = ops.concat(1, List.of(average, loudest));
    return ops.linear(ops.dropout(pooled, 0.2), name + ".out");
  }

  /** Triangular filters {@code [bins, mels]}, each with the sum 1. */
  private static float[] mels(int bins, int rate) {
    double top = mel(rate / 2.0);
    double[] edges = new double[MELS + 2];
    for (int i = 0; i < edges.length; i++) {
      double hertz = 700 * (Math.pow(10, top * i / (MELS + 1) / 2595) - 1);
      edges[i] = hertz * (bins - 1) / (rate / 2.0);
    }
    float[] filters = new float[bins * MELS];
    for (int m = 0; m < MELS; m++) {
      double sum = 0;
      double[] filter = new double[bins];
      for (int b = 0; b < bins; b++) {
        double rising = (b - edges[m]) / Math.max(1, edges[m + 1] - edges[m]);
        double falling = (edges[m + 2] - b) / Math.max(1, edges[m + 2] - edges[m + 1]);
        filter[b] = Math.max(0, Math.min(1, Math.min(rising, falling)));
        sum += filter[b];
      }
      if (sum == 0) {
        // Low filters are narrower than a bin: they take the nearest one.
        filter[(int) Math.round(edges[m + 1])] = 1;
        sum = 1;
      }
      for (int b = 0; b < bins; b++) {
        filters[b * MELS + m] = (float) (filter[b] / sum);
      }
    }
    return filters;
  }

  private static double mel(double hertz) {
    return 2595 * Math.log10(1 + hertz / 700);
  }
}
