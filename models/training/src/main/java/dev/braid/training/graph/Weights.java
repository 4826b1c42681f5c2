package dev.braid.training.graph;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A weight outside of libtorch.
 *
 * @param values row-major
 */
public record Weights(float[] values, long... shape) {

  /**
   * The weights in a graph that {@link OnnxOps} wrote, by the names of their {@link Parameters};
   * constants that are none are among them under names of their own.
   *
   * @throws IllegalArgumentException if the bytes are no ONNX model
   */
  public static Map<String, Weights> of(byte[] onnx) {
    Map<String, Weights> weights = new LinkedHashMap<>();
    try {
      for (TensorProto tensor : ModelProto.parseFrom(onnx).getGraph().getInitializerList()) {
        if (OnnxTensors.isFloats(tensor)) {
          add(weights, tensor.getName(), OnnxTensors.floats(tensor), OnnxTensors.shape(tensor));
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("no ONNX model: " + e.getMessage(), e);
    }
    return weights;
  }

  private static void add(
      Map<String, Weights> weights, String name, float[] values, long... shape) {
    if (name.endsWith(OnnxOps.TRANSPOSED)) {
      float[] rows = OnnxOps.transpose(values, (int) shape[1]);
      weights.put(cut(name, OnnxOps.TRANSPOSED), new Weights(rows, shape[1], shape[0]));
    } else if (name.endsWith(OnnxOps.BIASES)) {
      String gru = cut(name, OnnxOps.BIASES);
      int half = values.length / 2;
      float[] input = OnnxOps.swapGates(Arrays.copyOf(values, half));
      float[] state = OnnxOps.swapGates(Arrays.copyOfRange(values, half, 2 * half));
      weights.put(gru + ".input.bias", new Weights(input, half));
      weights.put(gru + ".state.bias", new Weights(state, half));
    } else if (name.endsWith(OnnxOps.GATES)) {
      float[] gates = OnnxOps.swapGates(values);
      weights.put(cut(name, OnnxOps.GATES), new Weights(gates, shape[1], shape[2]));
    } else {
      weights.put(name, new Weights(values, shape));
    }
  }

  private static String cut(String name, String end) {
    return name.substring(0, name.length() - end.length());
  }

  /**
   * The same without some places along one axis.
   *
   * @param kept the places that stay, ascending
   */
  public Weights select(int axis, int[] kept) {
    int inner = 1;
    for (int i = axis + 1; i < shape.length; i++) {
      inner *= (int) shape[i];
    }
    int size = (int) shape[axis];
    int outer = values.length / (inner * size);
    float[] selected = new float[outer * kept.length * inner];
    for (int o = 0; o < outer; o++) {
      for (int k = 0; k < kept.length; k++) {
        System.arraycopy(
            values, (o * size + kept[k]) * inner, selected, (o * kept.length + k) * inner, inner);
      }
    }
    long[] smaller = shape.clone();
    smaller[axis] = kept.length;
    return new Weights(selected, smaller);
  }

  /** The sum of the squares at one place of an axis. */
  public double energy(int axis, int place) {
    int inner = 1;
    for (int i = axis + 1; i < shape.length; i++) {
      inner *= (int) shape[i];
    }
    int size = (int) shape[axis];
    double sum = 0;
    for (int begin = place * inner; begin < values.length; begin += size * inner) {
      for (int i = begin; i < begin + inner; i++) {
        sum += (double) values[i] * values[i];
      }
    }
    return sum;
  }
}
