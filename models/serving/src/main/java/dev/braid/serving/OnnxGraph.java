package dev.braid.serving;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One ONNX graph that is in no bundle yet, to be run as it would be served: what its outputs are,
 * whatever their shapes. Runs on the CPU with one thread a call. Owns the session; not safe for
 * several threads.
 */
public final class OnnxGraph implements AutoCloseable {
  private final String name;
  private final OrtEnvironment environment;
  private final OrtSession session;

  /**
   * One output of a batch.
   *
   * @param shape with the batch in front
   * @param values row-major
   */
  public record Output(long[] shape, float[] values) {}

  private OnnxGraph(String name, OrtEnvironment environment, OrtSession session) {
    this.name = name;
    this.environment = environment;
    this.session = session;
  }

  /**
   * Opens a graph; the caller closes it.
   *
   * @param name for messages
   * @throws InvalidBundleException if ONNX Runtime refuses the bytes
   */
  public static OnnxGraph open(String name, byte[] onnx) {
    try (OrtSession.SessionOptions options = Sessions.options(1)) {
      OrtEnvironment environment = Sessions.environment();
      return new OnnxGraph(name, environment, environment.createSession(onnx, options));
    } catch (OrtException e) {
      throw failure(name + " is no model that can be served", e);
    }
  }

  /**
   * The outputs of one batch by name.
   *
   * @param inputs the graph's inputs
   * @param rows at least one, with a column for each input; padded with zeros to the longest
   * @throws InvalidBundleException if the graph fails on them, or an output is not of 32-bit floats
   * @throws IllegalArgumentException if a row does not fit the inputs
   */
  public Map<String, Output> run(List<TensorSpec> inputs, List<TensorRow> rows) {
    rows.forEach(row -> row.check(inputs));
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    List<Lane> lanes = new ArrayList<>();
    try {
      for (int i = 0; i < inputs.size(); i++) {
        Lane lane = new Lane(inputs.get(i));
        lanes.add(lane);
        tensors.put(inputs.get(i).name(), lane.fill(environment, rows, i));
      }
      try (OrtSession.Result result = session.run(tensors)) {
        Map<String, Output> outputs = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> output : result) {
          outputs.put(output.getKey(), read(output.getKey(), output.getValue()));
        }
        return outputs;
      }
    } catch (OrtException e) {
      throw failure(name + " fails", e);
    } finally {
      lanes.forEach(Lane::close);
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("cannot close " + name, e);
    }
  }

  private Output read(String output, OnnxValue value) {
    FloatBuffer floats = value instanceof OnnxTensor tensor ? tensor.getFloatBuffer() : null;
    if (floats == null) {
      throw new InvalidBundleException(
          "%s: the output '%s' must be a tensor of floats, but is: %s"
              .formatted(name, output, value.getType()));
    }
    float[] values = new float[floats.remaining()];
    floats.get(values);
    return new Output(((OnnxTensor) value).getInfo().getShape(), values);
  }

  private static InvalidBundleException failure(String what, OrtException e) {
    return new InvalidBundleException(
        "%s: %s".formatted(what, String.valueOf(e.getMessage()).lines().findFirst().orElse("")), e);
  }
}
