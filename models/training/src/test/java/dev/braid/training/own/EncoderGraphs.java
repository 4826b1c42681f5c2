package dev.braid.training.own;

import dev.braid.serving.TinyGraph;
import dev.braid.tensor.TensorSignature;
import java.util.Arrays;
import java.util.List;

/** Encoders as somebody else may export them. */
public final class EncoderGraphs {
  private EncoderGraphs() {}

  /**
   * A linear encoder of {@code elements} numbers a row: feature {@code d} is the mean of every
   * {@code width}th number from the {@code d}th on.
   */
  public static byte[] means(TensorSignature input, int elements, int width) {
    TinyGraph graph = new TinyGraph();
    output(graph, width, means(graph, graph.input(input), elements, width));
    return graph.bytes();
  }

  /** The weighted sum of the terms' rows in a table: term {@code t} is 1 in feature t mod width. */
  public static byte[] bag(int terms, int width) {
    TinyGraph graph = new TinyGraph();
    String weights = graph.input(signature("FLOAT", "tfidf", -1, -1));
    String ids = graph.input(signature("INT64", "ids", -1, -1));
    float[] table = new float[terms * width];
    for (int t = 0; t < terms; t++) {
      table[t * width + t % width] = 1;
    }
    String rows = graph.node("Gather", List.of(graph.floats(table, terms, width), ids));
    String column = graph.node("Unsqueeze", List.of(weights, graph.longs(new long[] {2}, 1)));
    String sum =
        graph.node(
            "ReduceSum",
            List.of(graph.node("Mul", List.of(rows, column)), graph.longs(new long[] {1}, 1)),
            new TinyGraph.Attribute("keepdims", 0));
    output(graph, width, sum);
    return graph.bytes();
  }

  static String means(TinyGraph graph, String input, int elements, int width) {
    float[] weights = new float[elements * width];
    for (int i = 0; i < elements; i++) {
      weights[i * width + i % width] = (float) width / elements;
    }
    String flat = graph.node("Flatten", List.of(input), new TinyGraph.Attribute("axis", 1));
    return graph.node("MatMul", List.of(flat, graph.floats(weights, elements, width)));
  }

  static void output(TinyGraph graph, int width, String value) {
    graph.output(signature("FLOAT", "features", -1, width), value);
  }

  /** What a graph declares; -1 is open. */
  public static TensorSignature signature(String type, String name, long... shape) {
    return new TensorSignature(name, type, Arrays.stream(shape).boxed().toList());
  }
}
