package dev.braid.bench;

import dev.braid.scene.FusionOutputs;
import dev.braid.spec.Spec;
import dev.braid.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/** The nets that are measured, each in a bundle of its own. */
enum Net {
  /** A fusion of four modalities, about 0.08 million multiplications a scene. */
  TINY(4, 1, 8, 256),

  /** An encoder of a sensor, a CNN over time of about 0.3 million multiplications a row. */
  SMALL(1, 3, 128, 256),

  /**
   * An encoder like a ResNet over 3x64x64 numbers, about 70 million multiplications a row. They are
   * a sensor's, 4,096 samples of two channels and the one that says what was measured, so that what
   * is measured is not how fast pictures are unpacked.
   */
  MEDIUM(1, 2, 4096, 32);

  /** The width of every embedding. */
  static final int WIDTH = 64;

  private final int modalities;
  private final int channels;
  private final int samples;
  private final int distinctRows;

  Net(int modalities, int channels, int samples, int distinctRows) {
    this.modalities = modalities;
    this.channels = channels;
    this.samples = samples;
    this.distinctRows = distinctRows;
  }

  /** Whether the fusion is measured, and not the encoder of the first modality. */
  boolean isFusion() {
    return this == TINY;
  }

  int channels() {
    return channels;
  }

  int samples() {
    return samples;
  }

  /** Rows that take turns. */
  int distinctRows() {
    return distinctRows;
  }

  /** The spec of its bundle, as YAML. */
  String spec() {
    StringBuilder yaml = new StringBuilder("name: bench\nwindow: {size: 10s, period: 10s}\n");
    yaml.append("modalities:\n");
    for (int m = 0; m < modalities; m++) {
      yaml.append(
          "  m%d: {kind: sensor, channels: %d, rateHz: %d, frame: 1s}\n"
              .formatted(m, channels, samples));
    }
    return yaml.append("tasks:\n")
        .append("  state:  {kind: classification, labels: [a, b, c, d]}\n")
        .append("  health: {kind: regression}\n")
        .toString();
  }

  /** The encoder of {@code input}. */
  NetGraph encoder(TensorSpec input, TensorSpec output, boolean bytes) {
    NetGraph graph = new NetGraph(ordinal(), bytes);
    String x = graph.input(input);
    String embedding =
        switch (this) {
          case TINY ->
              graph.dense(graph.signed(graph.reshape(x, 0, -1)), (channels + 1) * samples, WIDTH);
          case SMALL -> small(graph, graph.signed(x));
          case MEDIUM -> medium(graph, graph.signed(graph.reshape(x, 0, 3, 64, 64)));
        };
    graph.output(output, embedding);
    return graph;
  }

  /** The fusion of these inputs, three for each modality. */
  NetGraph fusion(Spec spec, List<TensorSpec> inputs, boolean bytes) {
    NetGraph graph = new NetGraph(100L + ordinal(), bytes);
    List<String> values = inputs.stream().map(graph::input).toList();
    List<String> parts = new ArrayList<>();
    for (int m = 0; m < modalities; m++) {
      String weight =
          graph.multiply(
              values.get(3 * m + 1), graph.add(values.get(3 * m + 2), graph.constant(1)));
      String pooled = graph.sum(graph.multiply(values.get(3 * m), graph.unsqueeze(weight, 2)), 1);
      parts.add(graph.rectified(graph.dense(graph.signed(pooled), WIDTH, WIDTH)));
    }
    String joined = parts.size() == 1 ? parts.get(0) : graph.concat(parts);
    String hidden = graph.rectified(graph.dense(joined, modalities * WIDTH, 192));
    String latent = graph.rectified(graph.dense(hidden, 192, WIDTH));
    List<TensorSpec> outputs = new FusionOutputs(spec).outputs();
    graph.output(outputs.get(0), graph.softmax(graph.dense(latent, WIDTH, 4)));
    graph.output(outputs.get(1), graph.dense(latent, WIDTH, 1));
    graph.output(outputs.get(2), graph.absolute(graph.dense(latent, WIDTH, 1)));
    graph.output(outputs.get(3), graph.softmax(graph.dense(latent, WIDTH, modalities)));
    return graph;
  }

  private static String small(NetGraph graph, String x) {
    String a = graph.rectified(graph.convolution(x, 4, 16, new int[] {5}, 2, 64));
    String b = graph.rectified(graph.convolution(a, 16, 32, new int[] {5}, 1, 64));
    String c = graph.rectified(graph.convolution(b, 32, 32, new int[] {3}, 2, 32));
    return graph.dense(graph.signed(graph.mean(c, 2)), 32, WIDTH);
  }

  private static String medium(NetGraph graph, String x) {
    int[] kernel = {3, 3};
    String at = graph.rectified(graph.convolution(x, 3, 16, kernel, 2, 1024));
    int inputs = 16;
    int cells = 1024;
    for (int outputs : new int[] {32, 64, 128}) {
      at =
          graph.rectified(
              graph.convolution(at, inputs, outputs, kernel, inputs / 16 > 1 ? 2 : 1, cells));
      String inner = graph.rectified(graph.convolution(at, outputs, outputs, kernel, 1, cells));
      String residual = graph.signed(graph.convolution(inner, outputs, outputs, kernel, 1, cells));
      at = graph.rectified(graph.add(at, residual));
      inputs = outputs;
      cells /= 4;
    }
    return graph.dense(graph.signed(graph.mean(at, 2, 3)), 128, WIDTH);
  }
}
