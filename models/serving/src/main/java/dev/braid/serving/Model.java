package dev.braid.serving;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.bundle.Manifest;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One ONNX model and the session that runs it, over lists of rows. Owns the session. Safe for
 * several threads; {@link #close} must not overlap with a run.
 */
final class Model implements AutoCloseable {
  /** Bytes of inputs that one run of the session takes at most, unless one row has more. */
  static final long MAX_BATCH_BYTES = 16L * 1024 * 1024;

  private final String name;
  private final BatchSize size;
  private final List<TensorSpec> inputs;
  private final int[] strides;
  private final boolean[] variable;
  private final boolean[] ofFloats;
  private final Manifest.Model manifest;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Queue<CallMemory> pool = new ConcurrentLinkedQueue<>();

  /**
   * Bytes of inputs that were not too many for the device's memory. It falls where a batch did not
   * fit, and does not grow again: what else lies in that memory is not known here.
   */
  private volatile long fittingBytes = MAX_BATCH_BYTES;

  /**
   * Takes a session over, and closes it if it is not what the manifest describes.
   *
   * @param name for messages: which model of which bundle
   * @param size of one run of the session
   * @throws InvalidBundleException if the session is not of the model that the manifest describes
   */
  Model(
      String name,
      BatchSize size,
      Manifest.Model manifest,
      OrtEnvironment environment,
      OrtSession session) {
    this.name = name;
    this.size = size;
    this.manifest = manifest;
    this.environment = environment;
    this.session = session;
    this.inputs = manifest.inputs();
    this.strides = inputs.stream().mapToInt(TensorSpec::stride).toArray();
    this.variable = new boolean[strides.length];
    this.ofFloats = new boolean[strides.length];
    for (int c = 0; c < strides.length; c++) {
      variable[c] = inputs.get(c).isVariable();
      ofFloats[c] = inputs.get(c).type() == TensorSpec.Type.FLOAT;
    }
    try {
      GraphCheck.check(manifest, session);
    } catch (OrtException | RuntimeException e) {
      close();
      throw e instanceof RuntimeException failure
          ? failure
          : new InvalidBundleException(manifest.file() + ": " + OrtFailure.line(e), e);
    }
  }

  /** One call: rows, what became of them, and the memory that it has to itself. */
  private final class Call<T> {
    final List<TensorRow> rows;
    final @Nullable RowResult<T>[] results;
    final Function<float[][], T> decode;
    final CallObserver observer;
    final CallMemory memory;
    final float[][] outputs = new float[manifest.outputs().size()][];
    int[] order = {};
    // Of each input, where all rows have the same; or null.
    int @Nullable [] lengths;

    @SuppressWarnings({"unchecked", "rawtypes"}) // There are no arrays of generics.
    Call(
        List<TensorRow> rows,
        Function<float[][], T> decode,
        CallObserver observer,
        CallMemory memory) {
      this.rows = rows;
      this.results = new RowResult[rows.size()];
      this.decode = decode;
      this.observer = observer;
      this.memory = memory;
    }
  }

  /**
   * What became of every row, in the order of the rows.
   *
   * @param decode makes the value of the outputs of one row: for every output of the manifest its
   *     elements. It may keep these arrays, but not the array of them
   */
  <T> List<RowResult<T>> run(
      List<TensorRow> rows, Function<float[][], T> decode, CallObserver observer) {
    CallMemory pooled = pool.poll();
    CallMemory memory = pooled == null ? new CallMemory(manifest) : pooled;
    try {
      return run(new Call<>(rows, decode, observer, memory));
    } finally {
      memory.trim(MAX_BATCH_BYTES);
      pool.add(memory);
    }
  }

  private <T> List<RowResult<T>> run(Call<T> call) {
    int[] sound = new int[call.rows.size()];
    int count = 0;
    for (int i = 0; i < sound.length; i++) {
      TensorRow row = call.rows.get(i);
      String fault = fault(row);
      if (fault == null) {
        compare(call, row, count == 0);
        sound[count++] = i;
      } else {
        call.results[i] = failed(fault);
      }
    }
    call.order = count == sound.length ? sound : Arrays.copyOf(sound, count);
    BatchPlan plan =
        new BatchPlan(inputs, call.rows, call.order, call.lengths != null, size, fittingBytes);
    int from = 0;
    for (int b = 0; b < plan.batches(); b++) {
      serve(call, from, plan.end(b), false);
      from = plan.end(b);
    }
    List<RowResult<T>> complete = new ArrayList<>(call.results.length);
    for (RowResult<T> result : call.results) {
      if (result == null) {
        throw new IllegalStateException("a row of " + name + " was left out");
      }
      complete.add(result);
    }
    return complete;
  }

  @Override
  public void close() {
    for (CallMemory memory = pool.poll(); memory != null; memory = pool.poll()) {
      memory.close();
    }
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("cannot close " + name, e);
    }
  }

  /** Bytes of inputs that fit into the device's memory, as far as is known. */
  long fittingBytes() {
    return fittingBytes;
  }

  /**
   * Answers the rows {@code order[from]} to {@code order[to - 1]}, in halves where they fail
   * together, until each row that fails is alone.
   *
   * @param guilty whether it is known that one of them fails, so that to try them together is
   *     wasted
   * @return whether no row failed the session
   */
  private <T> boolean serve(Call<T> call, int from, int to, boolean guilty) {
    int rows = to - from;
    int[] longest =
        call.lengths != null
            ? call.lengths
            : BatchPlan.longest(inputs, call.rows, call.order, from, to);
    long bytes = BatchPlan.bytes(inputs, longest, rows);
    boolean fits = bytes <= fittingBytes;
    if (rows == 1 || (fits && !guilty)) {
      try {
        runSession(call, from, to, longest);
        collect(call, from, to);
        return true;
      } catch (OrtException e) {
        boolean outOfMemory = OrtFailure.isOutOfMemory(e);
        call.observer.failed(rows);
        if (rows == 1) {
          call.results[call.order[from]] =
              failed(OrtFailure.line(e) + "; inputs: " + shapes(longest));
          return false;
        }
        if (outOfMemory) {
          remember(bytes / rows * (rows / 2));
          fits = false;
        }
      }
    }
    call.observer.split(rows);
    int middle = from + rows / 2;
    boolean first = serve(call, from, middle, false);
    // Where the first half is sound, the row that fails is in the second.
    boolean second = serve(call, middle, to, fits && first);
    return first && second;
  }

  private synchronized void remember(long bytes) {
    fittingBytes = Math.min(fittingBytes, bytes);
  }

  private <T> void runSession(Call<T> call, int from, int to, int[] longest) throws OrtException {
    long start = System.nanoTime();
    call.memory.run(environment, session, call.rows, call.order, from, to, longest);
    long nanos = System.nanoTime() - start;
    long own = 0;
    long padded = 0;
    for (int c = 0; c < longest.length; c++) {
      padded += (long) longest[c] * (to - from);
      if (!variable[c] || call.lengths != null) {
        own += (long) longest[c] * (to - from);
        continue;
      }
      for (int i = from; i < to; i++) {
        own += call.rows.get(call.order[i]).length(c);
      }
    }
    call.observer.ran(to - from, own, padded - own, nanos);
  }

  private <T> void collect(Call<T> call, int from, int to) {
    boolean spoilt = false;
    for (int i = from; i < to; i++) {
      call.memory.read(i - from, call.outputs);
      String fault = fault(call.outputs);
      if (fault == null) {
        call.results[call.order[i]] = new RowResult.Served<>(call.decode.apply(call.outputs));
      } else if (to - from == 1) {
        call.results[call.order[i]] = failed(fault);
      } else {
        spoilt = true;
      }
    }
    for (int i = from; spoilt && i < to; i++) {
      if (call.results[call.order[i]] == null) {
        // Alone, in case it was a neighbour that spoilt it.
        serve(call, i, i + 1, false);
      }
    }
  }

  /** Holds a row's lengths to those of the rows before it. */
  private <T> void compare(Call<T> call, TensorRow row, boolean first) {
    if (first) {
      int[] lengths = new int[strides.length];
      for (int c = 0; c < lengths.length; c++) {
        lengths[c] = row.length(c);
      }
      call.lengths = lengths;
      return;
    }
    int[] lengths = call.lengths;
    for (int c = 0; lengths != null && c < lengths.length; c++) {
      if (variable[c] && row.length(c) != lengths[c]) {
        call.lengths = null;
        return;
      }
    }
  }

  /** What is wrong with a row before any model saw it, or null. */
  private @Nullable String fault(TensorRow row) {
    boolean fits = row.size() == strides.length;
    for (int c = 0; fits && c < strides.length; c++) {
      int length = row.length(c);
      fits =
          row.isFloats(c) == ofFloats[c]
              && (variable[c] ? length > 0 && length % strides[c] == 0 : length == strides[c]);
    }
    if (!fits) {
      try {
        row.check(inputs);
      } catch (IllegalArgumentException e) {
        return String.valueOf(e.getMessage());
      }
    }
    for (int c = 0; c < strides.length; c++) {
      if (ofFloats[c]) {
        int at = Finite.firstThatIsNot(row.floats(c));
        if (at >= 0) {
          return "tensor '%s' %s must hold finite numbers, but element %d was: %s"
              .formatted(inputs.get(c).name(), shape(c, row.length(c)), at, row.floats(c)[at]);
        }
      }
    }
    return null;
  }

  private @Nullable String fault(float[][] outputs) {
    for (int o = 0; o < outputs.length; o++) {
      int at = Finite.firstThatIsNot(outputs[o]);
      if (at >= 0) {
        return "output '%s' [1, %d] must be finite, but element %d was: %s"
            .formatted(manifest.outputs().get(o).name(), outputs[o].length, at, outputs[o][at]);
      }
    }
    return null;
  }

  private String shapes(int[] lengths) {
    List<String> shapes = new ArrayList<>();
    for (int c = 0; c < lengths.length; c++) {
      shapes.add("'%s' %s".formatted(inputs.get(c).name(), shape(c, lengths[c])));
    }
    return String.join(", ", shapes);
  }

  /** The shape that a row of so many elements has as a batch of its own. */
  private List<Long> shape(int column, int length) {
    List<Long> shape = new ArrayList<>(inputs.get(column).shape());
    shape.set(0, 1L);
    if (variable[column]) {
      shape.set(1, (long) length / strides[column]);
    }
    return shape;
  }

  private <T> RowResult<T> failed(String reason) {
    return new RowResult.Failed<>(name + ": " + reason);
  }
}
