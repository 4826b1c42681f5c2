package dev.braid.serving;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.bundle.Manifest;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSignature;
import dev.braid.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An ONNX graph of any origin that no manifest describes yet, on the CPU and one thread: what it
 * takes and gives, and its outputs. Owns native memory until {@link #close}. Safe for several
 * threads; {@link #close} must not overlap with a run.
 */
public final class FrozenGraph implements AutoCloseable {
  private final Model model;

  /** What a graph declares. */
  public record Signature(List<TensorSignature> inputs, List<TensorSignature> outputs) {
    public Signature {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  private FrozenGraph(Model model) {
    this.model = model;
  }

  /**
   * What a graph declares of itself, in its own order.
   *
   * @throws InvalidBundleException if the bytes are no graph that can be run
   */
  public static Signature signature(String file, byte[] onnx) {
    try (OrtSession.SessionOptions options = Sessions.options(1);
        OrtSession session = session(file, onnx, options)) {
      return new Signature(
          session.getInputInfo().values().stream().map(GraphCheck::signature).toList(),
          session.getOutputInfo().values().stream().map(GraphCheck::signature).toList());
    } catch (OrtException e) {
      throw refused(file, e);
    }
  }

  /**
   * The shape of every output, in the graph's order, of one row: with the batch of 1 in front.
   *
   * @throws InvalidBundleException if the graph fails, or an output is no tensor
   */
  public static List<List<Long>> outputShapes(
      String file, byte[] onnx, List<TensorSpec> inputs, TensorRow row) {
    Map<String, OnnxTensor> given = new LinkedHashMap<>();
    List<Lane> lanes = new ArrayList<>();
    try (OrtSession.SessionOptions options = Sessions.options(1);
        OrtSession session = session(file, onnx, options)) {
      OrtEnvironment environment = Sessions.environment();
      for (int i = 0; i < inputs.size(); i++) {
        TensorSpec input = inputs.get(i);
        Lane lane = new Lane(input);
        lanes.add(lane);
        given.put(input.name(), lane.fill(environment, List.of(row), i));
      }
      try (OrtSession.Result result = session.run(given)) {
        List<List<Long>> shapes = new ArrayList<>();
        for (Map.Entry<String, OnnxValue> output : result) {
          if (!(output.getValue().getInfo() instanceof TensorInfo tensor)) {
            throw new InvalidBundleException(
                "%s: its output '%s' is no tensor".formatted(file, output.getKey()));
          }
          shapes.add(Arrays.stream(tensor.getShape()).boxed().toList());
        }
        return shapes;
      }
    } catch (OrtException e) {
      throw refused(file, e);
    } finally {
      lanes.forEach(Lane::close);
    }
  }

  /**
   * Opens a graph.
   *
   * @throws InvalidBundleException if it does not take these inputs or give these outputs
   */
  public static FrozenGraph open(
      String file, byte[] onnx, List<TensorSpec> inputs, List<TensorSpec> outputs) {
    Manifest.Model manifest = new Manifest.Model(file, inputs, outputs, "");
    try (OrtSession.SessionOptions options = Sessions.options(1)) {
      return new FrozenGraph(
          new Model(
              file,
              LanePolicy.OF_CPU.run(),
              manifest,
              Sessions.environment(),
              session(file, onnx, options)));
    } catch (OrtException e) {
      throw refused(file, e);
    }
  }

  /**
   * Runs rows, in batches.
   *
   * @return for every row, in their order, the elements of every output, or why there are none
   */
  public List<RowResult<float[][]>> run(List<TensorRow> rows) {
    return model.run(rows, float[][]::clone, CallObserver.NONE);
  }

  @Override
  public void close() {
    model.close();
  }

  private static OrtSession session(String file, byte[] onnx, OrtSession.SessionOptions options) {
    try {
      return Sessions.environment().createSession(onnx, options);
    } catch (OrtException e) {
      throw refused(file, e);
    }
  }

  private static InvalidBundleException refused(String file, OrtException e) {
    String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return new InvalidBundleException(file + " is no model that can be served: " + reason, e);
  }
}
