package dev.braid.serving;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.braid.bundle.GoldenRows;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.bundle.Manifest;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSignature;
import dev.braid.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One ONNX model and the session that runs it, over lists of rows. Owns the session. Safe for
 * several threads; {@link #close} must not overlap with a run.
 */
final class Model implements AutoCloseable {
  /** Rows that one run of the session takes at most. */
  static final int MAX_BATCH = 64;

  /** Bytes of inputs that one run of the session takes at most, unless one row has more. */
  static final long MAX_BATCH_BYTES = 16L * 1024 * 1024;

  /** The largest difference from a golden output: absolute, and relative to it. */
  static final float TOLERANCE = 1e-4f;

  /**
   * The same of a model that computes with less than 32 bits: where another processor rounds a last
   * digit the other way, a whole step of a byte may follow.
   */
  static final float COARSE_TOLERANCE = 2e-2f;

  private final String name;
  private final Manifest.Model manifest;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Queue<Lanes> pool = new ConcurrentLinkedQueue<>();

  /** The memory of one call. */
  private final class Lanes {
    final List<Lane> inputs = manifest.inputs().stream().map(Lane::new).toList();
    final List<Lane> outputs = manifest.outputs().stream().map(Lane::new).toList();
  }

  /**
   * Opens a session.
   *
   * @param name for messages: which model of which bundle
   * @throws InvalidBundleException if the bytes are not the model that the manifest describes
   */
  Model(
      String name,
      Manifest.Model manifest,
      OrtEnvironment environment,
      OrtSession.SessionOptions options,
      byte[] onnx) {
    this.name = name;
    this.manifest = manifest;
    this.environment = environment;
    try {
      this.session = environment.createSession(onnx, options);
    } catch (OrtException e) {
      throw new InvalidBundleException(
          "%s is no model that can be served: %s".formatted(manifest.file(), firstLine(e)), e);
    }
    try {
      require("input", manifest.inputs(), session.getInputInfo());
      require("output", manifest.outputs(), session.getOutputInfo());
    } catch (OrtException | RuntimeException e) {
      close();
      throw e instanceof RuntimeException failure
          ? failure
          : new InvalidBundleException(manifest.file() + ": " + firstLine(e), e);
    }
  }

  /**
   * The outputs of every row, in the order of the rows: for every output of the manifest its
   * elements.
   */
  List<RowResult<float[][]>> run(List<TensorRow> rows) {
    List<@Nullable RowResult<float[][]>> results =
        new ArrayList<>(java.util.Collections.nCopies(rows.size(), null));
    List<Integer> sound = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      String fault = fault(rows.get(i));
      if (fault == null) {
        sound.add(i);
      } else {
        results.set(i, failed(fault));
      }
    }
    if (manifest.inputs().stream().anyMatch(TensorSpec::isVariable)) {
      // Rows of like length share a batch, so that little of it is padding.
      sound.sort(Comparator.comparingLong(i -> bytes(rows.get(i))));
    }
    Lanes pooled = pool.poll();
    Lanes lanes = pooled == null ? new Lanes() : pooled;
    try {
      for (int from = 0; from < sound.size(); ) {
        int to = endOfBatch(rows, sound, from);
        runBatch(lanes, rows, sound.subList(from, to), results);
        from = to;
      }
    } finally {
      pool.add(lanes);
    }
    List<RowResult<float[][]>> complete = new ArrayList<>(results.size());
    for (RowResult<float[][]> result : results) {
      if (result == null) {
        throw new IllegalStateException("a row of " + name + " was left out");
      }
      complete.add(result);
    }
    return complete;
  }

  /**
   * Checks that the golden rows come out as they did when the bundle was made.
   *
   * @param tolerance the largest difference, absolute and relative
   * @throws InvalidBundleException if one does not
   */
  void reproduce(GoldenRows golden, float tolerance) {
    List<RowResult<float[][]>> results = run(golden.rows());
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i) instanceof RowResult.Served<float[][]> served) {
        compare(i, golden.outputs().get(i), served.value(), tolerance);
      } else if (results.get(i) instanceof RowResult.Failed<float[][]> failed) {
        throw new InvalidBundleException(
            "%s: golden row %d fails: %s".formatted(manifest.golden(), i, failed.reason()));
      }
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

  private void compare(int row, float[][] expected, float[][] found, float tolerance) {
    boolean shaped = expected.length == found.length;
    for (int o = 0; shaped && o < found.length; o++) {
      shaped = expected[o].length == found[o].length;
    }
    if (!shaped) {
      throw new InvalidBundleException(
          "%s: golden row %d does not have the outputs of %s"
              .formatted(manifest.golden(), row, manifest.file()));
    }
    for (int o = 0; o < found.length; o++) {
      for (int e = 0; e < found[o].length; e++) {
        float wanted = expected[o][e];
        if (!(Math.abs(found[o][e] - wanted) <= tolerance + tolerance * Math.abs(wanted))) {
          throw new InvalidBundleException(
              "%s does not reproduce golden row %d: %s[%d] must be %s, but was: %s"
                  .formatted(
                      manifest.file(),
                      row,
                      manifest.outputs().get(o).name(),
                      e,
                      wanted,
                      found[o][e]));
        }
      }
    }
  }

  /** What is wrong with a row before any model saw it, or null. */
  private @Nullable String fault(TensorRow row) {
    try {
      row.check(manifest.inputs());
    } catch (IllegalArgumentException e) {
      return String.valueOf(e.getMessage());
    }
    for (int c = 0; c < row.size(); c++) {
      if (row.isFloats(c)) {
        int at = notFinite(row.floats(c));
        if (at >= 0) {
          return "tensor '%s' must hold finite numbers, but element %d was: %s"
              .formatted(manifest.inputs().get(c).name(), at, row.floats(c)[at]);
        }
      }
    }
    return null;
  }

  private int endOfBatch(List<TensorRow> rows, List<Integer> sound, int from) {
    // Rows are padded to the longest, and those of one length stand together.
    long longest = 0;
    int to = from;
    while (to < sound.size() && to - from < MAX_BATCH) {
      longest = Math.max(longest, bytes(rows.get(sound.get(to))));
      if (to > from && longest * (to - from + 1) > MAX_BATCH_BYTES) {
        break;
      }
      to++;
    }
    return to;
  }

  private static long bytes(TensorRow row) {
    long bytes = 0;
    for (int c = 0; c < row.size(); c++) {
      bytes += (long) row.length(c) * (row.isFloats(c) ? Float.BYTES : Long.BYTES);
    }
    return bytes;
  }

  private void runBatch(
      Lanes lanes,
      List<TensorRow> rows,
      List<Integer> batch,
      List<@Nullable RowResult<float[][]>> results) {
    try {
      List<float[][]> outputs = runSession(lanes, batch.stream().map(rows::get).toList());
      for (int i = 0; i < batch.size(); i++) {
        String fault = fault(outputs.get(i));
        if (fault == null) {
          results.set(batch.get(i), new RowResult.Served<>(outputs.get(i)));
        } else if (batch.size() == 1) {
          results.set(batch.get(i), failed(fault));
        } else {
          // Alone, in case it was a neighbour that spoilt it.
          runBatch(lanes, rows, batch.subList(i, i + 1), results);
        }
      }
    } catch (OrtException e) {
      if (batch.size() == 1) {
        results.set(batch.get(0), failed(firstLine(e)));
        return;
      }
      int half = batch.size() / 2;
      runBatch(lanes, rows, batch.subList(0, half), results);
      runBatch(lanes, rows, batch.subList(half, batch.size()), results);
    }
  }

  private List<float[][]> runSession(Lanes lanes, List<TensorRow> rows) throws OrtException {
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    Map<String, OnnxTensor> outputs = new LinkedHashMap<>();
    try {
      for (int c = 0; c < manifest.inputs().size(); c++) {
        inputs.put(manifest.inputs().get(c).name(), lanes.inputs.get(c).fill(environment, rows, c));
      }
      for (int o = 0; o < manifest.outputs().size(); o++) {
        outputs.put(
            manifest.outputs().get(o).name(), lanes.outputs.get(o).take(environment, rows.size()));
      }
      session.run(inputs, outputs).close();
      return IntStream.range(0, rows.size())
          .mapToObj(
              row -> lanes.outputs.stream().map(lane -> lane.row(row)).toArray(float[][]::new))
          .toList();
    } finally {
      inputs.values().forEach(OnnxTensor::close);
      outputs.values().forEach(OnnxTensor::close);
    }
  }

  private @Nullable String fault(float[][] outputs) {
    for (int o = 0; o < outputs.length; o++) {
      int at = notFinite(outputs[o]);
      if (at >= 0) {
        return "output '%s' must be finite, but element %d was: %s"
            .formatted(manifest.outputs().get(o).name(), at, outputs[o][at]);
      }
    }
    return null;
  }

  private RowResult<float[][]> failed(String reason) {
    return new RowResult.Failed<>(name + ": " + reason);
  }

  private void require(String kind, List<TensorSpec> specs, Map<String, NodeInfo> found) {
    List<String> names = specs.stream().map(TensorSpec::name).sorted().toList();
    List<String> given = found.keySet().stream().sorted().toList();
    if (!names.equals(given)) {
      throw new InvalidBundleException(
          "%s must have the %ss %s, but has: %s".formatted(manifest.file(), kind, names, given));
    }
    for (TensorSpec spec : specs) {
      NodeInfo node = found.get(spec.name());
      String expected = spec.type() + " " + spec.shape();
      TensorSignature signature = node == null ? null : signature(node);
      String real = signature == null ? "nothing" : signature.type() + " " + signature.shape();
      if (signature == null
          || !fits(spec, signature)
          || (kind.equals("output") && spec.isVariable())) {
        throw new InvalidBundleException(
            "%s: the %s '%s' must be %s, but is: %s"
                .formatted(manifest.file(), kind, spec.name(), expected, real));
      }
    }
  }

  /**
   * What the graph leaves open may be fixed, but not the batch, nor what the manifest leaves open.
   */
  private static boolean fits(TensorSpec spec, TensorSignature found) {
    return found.admits(spec.type(), spec.shape()) && found.shape().get(0) == TensorSpec.ANY;
  }

  /** What a graph says of one of its inputs or outputs. */
  static TensorSignature signature(NodeInfo node) {
    if (!(node.getInfo() instanceof TensorInfo tensor)) {
      return new TensorSignature(node.getName(), "none", List.of());
    }
    return new TensorSignature(
        node.getName(), tensor.type.name(), Arrays.stream(tensor.getShape()).boxed().toList());
  }

  private static int notFinite(float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        return i;
      }
    }
    return -1;
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
  }
}
