package dev.braid.serving;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.braid.bundle.Manifest;
import dev.braid.tensor.TensorRow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The memory of one call at a time: a lane for each input and output. Not safe for threads. */
final class CallMemory implements AutoCloseable {
  private final String[] inputNames;
  private final String[] outputNames;
  private final Lane[] inputs;
  private final Lane[] outputs;
  private final Map<String, OnnxTensor> given = new LinkedHashMap<>();
  private final Map<String, OnnxTensor> taken = new LinkedHashMap<>();

  CallMemory(Manifest.Model manifest) {
    this.inputNames = manifest.inputs().stream().map(spec -> spec.name()).toArray(String[]::new);
    this.outputNames = manifest.outputs().stream().map(spec -> spec.name()).toArray(String[]::new);
    this.inputs = manifest.inputs().stream().map(Lane::new).toArray(Lane[]::new);
    this.outputs = manifest.outputs().stream().map(Lane::new).toArray(Lane[]::new);
  }

  /**
   * Runs the session over the rows {@code order[from]} to {@code order[to - 1]}.
   *
   * @param longest the elements of each input's longest row
   */
  void run(
      OrtEnvironment environment,
      OrtSession session,
      List<TensorRow> rows,
      int[] order,
      int from,
      int to,
      int[] longest)
      throws OrtException {
    for (int c = 0; c < inputs.length; c++) {
      inputs[c].start(to - from, longest[c]);
    }
    // Row by row: the parts of one lie near each other.
    for (int i = from; i < to; i++) {
      TensorRow row = rows.get(order[i]);
      for (int c = 0; c < inputs.length; c++) {
        inputs[c].add(row, c, longest[c]);
      }
    }
    for (int c = 0; c < inputs.length; c++) {
      given.put(inputNames[c], inputs[c].filled(environment, to - from, longest[c]));
    }
    for (int o = 0; o < outputs.length; o++) {
      taken.put(outputNames[o], outputs[o].take(environment, to - from));
    }
    session.run(given, Set.of(), taken).close();
  }

  /** Puts each output's elements of row {@code index} into {@code row}, in arrays of their own. */
  void read(int index, float[][] row) {
    for (int o = 0; o < outputs.length; o++) {
      row[o] = outputs[o].row(index);
    }
  }

  /** Gives memory back that only a huge row needs. */
  void trim(long bytesOfLane) {
    for (Lane lane : inputs) {
      lane.trim(bytesOfLane);
    }
    for (Lane lane : outputs) {
      lane.trim(bytesOfLane);
    }
  }

  @Override
  public void close() {
    for (Lane lane : inputs) {
      lane.close();
    }
    for (Lane lane : outputs) {
      lane.close();
    }
  }
}
