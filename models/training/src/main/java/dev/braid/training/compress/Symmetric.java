package dev.braid.training.compress;

import dev.braid.training.graph.Attributes;
import dev.braid.training.graph.OnnxTensors;
import java.util.List;

/**
 * Numbers as signed bytes of -127 to 127 with one scale for each group, and 0 as 0.
 *
 * @param rows whether a group is a row of all numbers, or else a column
 * @param original the numbers
 * @param scales of the groups
 * @param values the bytes, in the order of the numbers
 */
record Symmetric(boolean rows, float[] original, float[] scales, byte[] values) {
  /** Ends the name of floats that bytes stand for. */
  static final String WIDE = ".wide";

  private static final int LARGEST = 127;

  /** A bias in units of its scale stays below it. */
  private static final double LARGEST_BIAS = 0x1p30;

  /** One scale for each of {@code count} rows. */
  static Symmetric rows(float[] numbers, int count) {
    return round(true, numbers, scales(true, numbers, count));
  }

  /** One scale for each of {@code count} columns. */
  static Symmetric columns(float[] numbers, int count) {
    return round(false, numbers, scales(false, numbers, count));
  }

  /** The same with scales so large that a 32-bit bias in units of {@code input x scale} fits. */
  Symmetric roomFor(float[] bias, float input) {
    float[] wider = scales.clone();
    for (int i = 0; i < wider.length; i++) {
      wider[i] = (float) Math.max(wider[i], Math.abs(bias[i]) / (input * LARGEST_BIAS));
    }
    return round(rows, original, wider);
  }

  /** Puts bytes and scales into a graph, and the node that widens them; returns its value. */
  String store(ProtoGraph graph, String name, long[] shape, int axis) {
    return graph.add(
        "DequantizeLinear",
        name + WIDE,
        List.of(
            graph.put(OnnxTensors.signedBytes(name + ".int8", values, shape)),
            graph.put(OnnxTensors.floats(name + ".scales", scales, scales.length))),
        Attributes.integer("axis", axis));
  }

  private static float[] scales(boolean rows, float[] numbers, int count) {
    float[] scales = new float[count];
    for (int i = 0; i < numbers.length; i++) {
      int group = group(rows, numbers.length, count, i);
      scales[group] = Math.max(scales[group], Math.abs(numbers[i]) / LARGEST);
    }
    for (int i = 0; i < count; i++) {
      scales[i] = scales[i] > 0 ? scales[i] : 1f;
    }
    return scales;
  }

  private static Symmetric round(boolean rows, float[] numbers, float[] scales) {
    byte[] values = new byte[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      float scale = scales[group(rows, numbers.length, scales.length, i)];
      values[i] = (byte) Math.max(-LARGEST, Math.min(LARGEST, Math.round(numbers[i] / scale)));
    }
    return new Symmetric(rows, numbers, scales, values);
  }

  private static int group(boolean rows, int numbers, int count, int i) {
    return rows ? i / (numbers / count) : i % count;
  }
}
