package dev.braid.serving;

import dev.braid.scene.FusionOutputs;
import dev.braid.scene.SceneTensors;
import dev.braid.spec.ModalitySpec;
import dev.braid.spec.Spec;
import dev.braid.spec.TaskSpec;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The models of {@link TinyBundle}, each as an ONNX graph and as plain Java that gives the same
 * outputs. An encoder is tanh(x W + b), for text over the weighted sum of its terms' vectors. The
 * fusion weights a token by 1 + its position, takes the mean over a modality's tokens, adds up
 * linear maps of these, and reads the tasks off the tanh of the sum; attention is the share of
 * tokens.
 */
public final class TinyModels {
  /** Terms that the text encoder knows. */
  static final int VOCABULARY = 5;

  private static final int LATENT = 6;

  private final Spec spec;
  private final Map<String, Integer> widths;
  private final long seed;

  TinyModels(Spec spec, Map<String, Integer> widths, long seed) {
    this.spec = spec;
    this.widths = widths;
    this.seed = seed;
  }

  /** The embedding of one row. */
  public float[] encode(String modality, TensorRow row) {
    int width = widths.get(modality);
    double[] sum = new double[width];
    if (isText(modality)) {
      float[] vectors = weights("encoder." + modality, VOCABULARY * width);
      for (int t = 0; t < row.length(0); t++) {
        for (int d = 0; d < width; d++) {
          sum[d] += row.floats(1)[t] * vectors[(int) row.longs(0)[t] * width + d];
        }
      }
    } else {
      sum = times(row.floats(0), weights("encoder." + modality, row.length(0) * width), width);
    }
    return tanh(sum);
  }

  /** For every output of the fusion, its elements in this row. */
  public float[][] fuse(TensorRow row) {
    double[] latent = new double[LATENT];
    double[] counts = new double[spec.modalities().size()];
    int at = 0;
    for (String modality : spec.modalities().keySet()) {
      int width = widths.get(modality);
      float[] tokens = row.floats(3 * at);
      float[] mask = row.floats(3 * at + 1);
      float[] position = row.floats(3 * at + 2);
      float[] pooled = new float[width];
      for (int t = 0; t < mask.length; t++) {
        counts[at] += mask[t];
        for (int d = 0; d < width; d++) {
          pooled[d] += tokens[t * width + d] * mask[t] * (1 + position[t]);
        }
      }
      for (int d = 0; d < width; d++) {
        pooled[d] /= (float) Math.max(1, counts[at]);
      }
      double[] mapped = times(pooled, weights("fusion." + modality, width * LATENT), LATENT);
      for (int h = 0; h < LATENT; h++) {
        latent[h] += mapped[h];
      }
      at++;
    }
    float[] state = tanh(latent);
    List<float[]> outputs = new ArrayList<>();
    spec.tasks()
        .forEach(
            (name, task) -> {
              double[] raw = times(state, weights("task." + name, LATENT * size(task)), size(task));
              outputs.add(
                  task instanceof TaskSpec.Classification
                      ? softmax(raw)
                      : new float[] {(float) raw[0]});
            });
    double squares = 0;
    for (float value : state) {
      squares += value * value;
    }
    outputs.add(new float[] {(float) (squares / LATENT)});
    double all = 0;
    for (double count : counts) {
      all += count;
    }
    float[] attention = new float[counts.length];
    for (int m = 0; m < counts.length; m++) {
      attention[m] = (float) (counts[m] / Math.max(1, all));
    }
    outputs.add(attention);
    return outputs.toArray(float[][]::new);
  }

  byte[] encoder(String modality, List<TensorSpec> inputs, TensorSpec output) {
    int width = widths.get(modality);
    TinyGraph graph = new TinyGraph();
    List<String> given = inputs.stream().map(graph::input).toList();
    String sum;
    if (isText(modality)) {
      String vectors =
          graph.floats(weights("encoder." + modality, VOCABULARY * width), VOCABULARY, width);
      String taken = graph.node("Gather", List.of(vectors, given.get(0)));
      String weights = unsqueeze(graph, given.get(1));
      sum = reduce(graph, graph.node("Mul", List.of(taken, weights)), 0);
    } else {
      int elements = inputs.get(0).stride();
      String flat =
          graph.node("Flatten", List.of(given.get(0)), new TinyGraph.Attribute("axis", 1));
      String weights =
          graph.floats(weights("encoder." + modality, elements * width), elements, width);
      sum = graph.node("MatMul", List.of(flat, weights));
    }
    graph.output(output, graph.node("Tanh", List.of(sum)));
    return graph.bytes();
  }

  byte[] fusion() {
    TinyGraph graph = new TinyGraph();
    Map<String, String> inputs = new LinkedHashMap<>();
    for (TensorSpec input : new SceneTensors(spec, widths).inputs()) {
      inputs.put(input.name(), graph.input(input));
    }
    String one = graph.floats(new float[] {1}, 1);
    List<String> counts = new ArrayList<>();
    String latent = "";
    for (String modality : spec.modalities().keySet()) {
      int width = widths.get(modality);
      String mask = inputs.get(modality + ".mask");
      String late = graph.node("Add", List.of(inputs.get(modality + ".position"), one));
      String weight = unsqueeze(graph, graph.node("Mul", List.of(mask, late)));
      String pooled = reduce(graph, graph.node("Mul", List.of(inputs.get(modality), weight)), 0);
      String count = reduce(graph, mask, 1);
      counts.add(count);
      String mean = graph.node("Div", List.of(pooled, graph.node("Max", List.of(count, one))));
      String map = graph.floats(weights("fusion." + modality, width * LATENT), width, LATENT);
      String mapped = graph.node("MatMul", List.of(mean, map));
      latent = latent.isEmpty() ? mapped : graph.node("Add", List.of(latent, mapped));
    }
    String state = graph.node("Tanh", List.of(latent));
    List<TensorSpec> outputs = new FusionOutputs(spec).outputs();
    int at = 0;
    for (Map.Entry<String, TaskSpec> task : spec.tasks().entrySet()) {
      int size = size(task.getValue());
      String head = graph.floats(weights("task." + task.getKey(), LATENT * size), LATENT, size);
      String raw = graph.node("MatMul", List.of(state, head));
      graph.output(
          outputs.get(at++),
          task.getValue() instanceof TaskSpec.Classification
              ? graph.node("Softmax", List.of(raw), new TinyGraph.Attribute("axis", 1))
              : raw);
    }
    String squares = graph.node("Mul", List.of(state, state));
    String latentSize = graph.floats(new float[] {LATENT}, 1);
    graph.output(
        outputs.get(at++), graph.node("Div", List.of(reduce(graph, squares, 1), latentSize)));
    String all = graph.node("Concat", counts, new TinyGraph.Attribute("axis", 1));
    String total = graph.node("Max", List.of(reduce(graph, all, 1), one));
    graph.output(outputs.get(at), graph.node("Div", List.of(all, total)));
    return graph.bytes();
  }

  private static String unsqueeze(TinyGraph graph, String value) {
    return graph.node("Unsqueeze", List.of(value, graph.longs(new long[] {2}, 1)));
  }

  private static String reduce(TinyGraph graph, String value, int keepDimension) {
    return graph.node(
        "ReduceSum",
        List.of(value, graph.longs(new long[] {1}, 1)),
        new TinyGraph.Attribute("keepdims", keepDimension));
  }

  private boolean isText(String modality) {
    return spec.modalities().get(modality) instanceof ModalitySpec.Text;
  }

  private static int size(TaskSpec task) {
    return task instanceof TaskSpec.Classification c ? c.labels().size() : 1;
  }

  private float[] weights(String name, int count) {
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      weights[i] = (float) Math.sin(seed * 12.9898 + name.hashCode() % 1000 + 78.233 * i);
    }
    return weights;
  }

  private static double[] times(float[] row, float[] matrix, int width) {
    double[] product = new double[width];
    for (int i = 0; i < row.length; i++) {
      for (int d = 0; d < width; d++) {
        product[d] += (double) row[i] * matrix[i * width + d];
      }
    }
    return product;
  }

  private static float[] tanh(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (float) Math.tanh(values[i]);
    }
    return result;
  }

  private static float[] softmax(double[] values) {
    double most = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      most = Math.max(most, value);
    }
    double sum = 0;
    for (double value : values) {
      sum += Math.exp(value - most);
    }
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (float) (Math.exp(values[i] - most) / sum);
    }
    return result;
  }
}
