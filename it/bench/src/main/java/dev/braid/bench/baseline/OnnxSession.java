package dev.braid.bench.baseline;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.braid.bundle.Manifest;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A session used as ONNX Runtime's own guide says: one for all threads, one thread a call, direct
 * buffers that each thread keeps. Rows of floats of one length. Safe for several threads but for
 * {@link #close}.
 */
public final class OnnxSession implements AutoCloseable {
  /** The CPU. */
  public static final int NO_GPU = -1;

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;

  /** Opens a model of a bundle on the CPU. */
  public OnnxSession(Path bundle, Manifest.Model model) {
    this(bundle, model, NO_GPU);
  }

  /**
   * Opens a model of a bundle.
   *
   * @param gpu the number of a CUDA device, or {@link #NO_GPU}
   */
  public OnnxSession(Path bundle, Manifest.Model model, int gpu) {
    this.inputs = model.inputs();
    this.outputs = model.outputs();
    // As the product calls it: there is one in a JVM.
    this.environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "braid");
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      if (gpu != NO_GPU) {
        try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(gpu)) {
          // As the product does, or it would not be the same arithmetic.
          cuda.add("arena_extend_strategy", "kSameAsRequested");
          cuda.add("cudnn_conv_algo_search", "HEURISTIC");
          cuda.add("use_tf32", "0");
          options.addCUDA(cuda);
        }
      }
      this.session = environment.createSession(bundle.resolve(model.file()).toString(), options);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime refuses " + model.file(), e);
    }
  }

  /** The memory of one thread's batches. */
  public Batch batch(int rows) {
    return new Batch(rows);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A batch of at most so many rows. Not safe for several threads. */
  public final class Batch {
    private final int capacity;
    private final List<FloatBuffer> in = new ArrayList<>();
    private final List<FloatBuffer> out = new ArrayList<>();
    private int rows;

    private Batch(int capacity) {
      this.capacity = capacity;
      inputs.forEach(spec -> in.add(direct(capacity * spec.stride())));
      outputs.forEach(spec -> out.add(direct(capacity * spec.stride())));
    }

    /** Adds a row, and tells whether the batch is full. */
    public boolean add(TensorRow row) {
      if (rows == 0) {
        in.forEach(FloatBuffer::clear);
      }
      for (int c = 0; c < in.size(); c++) {
        in.get(c).put(row.floats(c));
      }
      rows++;
      return rows == capacity;
    }

    /** For every row that was added, for every output, its elements. */
    public float[][][] run() {
      float[][][] answers = new float[rows][outputs.size()][];
      Map<String, OnnxTensor> given = new HashMap<>();
      Map<String, OnnxTensor> taken = new HashMap<>();
      try {
        for (int c = 0; c < in.size(); c++) {
          given.put(inputs.get(c).name(), tensor(in.get(c).flip(), inputs.get(c)));
        }
        for (int o = 0; o < out.size(); o++) {
          out.get(o).clear().limit(rows * outputs.get(o).stride());
          taken.put(outputs.get(o).name(), tensor(out.get(o), outputs.get(o)));
        }
        session.run(given, taken).close();
      } catch (OrtException e) {
        throw new IllegalStateException("a batch failed", e);
      } finally {
        given.values().forEach(OnnxTensor::close);
        taken.values().forEach(OnnxTensor::close);
      }
      for (int o = 0; o < out.size(); o++) {
        int width = outputs.get(o).stride();
        for (int row = 0; row < rows; row++) {
          answers[row][o] = new float[width];
          out.get(o).get(row * width, answers[row][o]);
        }
      }
      rows = 0;
      return answers;
    }

    private OnnxTensor tensor(FloatBuffer buffer, TensorSpec spec) throws OrtException {
      long[] shape = new long[spec.shape().size()];
      for (int i = 0; i < shape.length; i++) {
        // What varies is 1: a token of each modality.
        shape[i] = i == 0 ? rows : Math.max(1, spec.shape().get(i));
      }
      return OnnxTensor.createTensor(environment, buffer, shape);
    }

    private static FloatBuffer direct(int floats) {
      return ByteBuffer.allocateDirect(4 * floats).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }
  }
}
