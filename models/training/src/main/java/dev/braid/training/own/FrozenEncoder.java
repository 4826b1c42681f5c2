package dev.braid.training.own;

import dev.braid.bundle.GoldenRows;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.featurizer.EncoderInputs;
import dev.braid.featurizer.Featurizer;
import dev.braid.observation.InvalidObservationException;
import dev.braid.observation.Payload;
import dev.braid.serving.FrozenGraph;
import dev.braid.serving.RowResult;
import dev.braid.spec.ModalitySpec;
import dev.braid.tensor.TensorRow;
import dev.braid.tensor.TensorSignature;
import dev.braid.tensor.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One encoder that a user brings, behind the featurizer of its modality: a payload becomes an
 * embedding {@code [D]}, computed once. Owns native memory until {@link #close}. Safe for several
 * threads; {@link #close} must not overlap with another call.
 */
public final class FrozenEncoder implements Featurizer, AutoCloseable {
  /** The widest embedding. */
  public static final int MAX_WIDTH = 4_096;

  private static final int GOLDEN = 2;

  private final String title;
  private final byte[] onnx;
  private final Featurizer featurizer;
  private final TensorSpec output;
  private final FrozenGraph graph;
  private final List<TensorRow> samples = new ArrayList<>();

  private FrozenEncoder(
      String title, byte[] onnx, Featurizer featurizer, TensorSpec output, FrozenGraph graph) {
    this.title = title;
    this.onnx = onnx;
    this.featurizer = featurizer;
    this.output = output;
    this.graph = graph;
  }

  /**
   * Opens and checks the encoder that {@code spec} names.
   *
   * @param directory where the spec lies
   * @param plain the modality's fitted featurizer
   * @throws InvalidEncoderException if it is not below that directory, is no graph, does not take
   *     the featurizer's rows in a layout of {@link EncoderInputs}, does not give one {@code [N,
   *     D]} of floats with D from 1 to {@value #MAX_WIDTH}, or fails {@link EncoderProbe}
   */
  static FrozenEncoder open(String modality, ModalitySpec spec, Path directory, Featurizer plain) {
    String title = "encoder '%s' of modality '%s'".formatted(spec.encoder(), modality);
    byte[] onnx = EncoderFile.read(title, directory, spec.encoder());
    try {
      FrozenGraph.Signature signature = FrozenGraph.signature(title, onnx);
      Featurizer featurizer = EncoderInputs.arrange(spec, plain, signature.inputs());
      List<TensorRow> probe = EncoderProbe.rows(plain, featurizer.inputs());
      TensorSpec output = output(title, onnx, signature, featurizer, probe.get(0));
      FrozenGraph graph = FrozenGraph.open(title, onnx, featurizer.inputs(), List.of(output));
      try {
        EncoderProbe.check(graph, probe);
      } catch (RuntimeException | Error e) {
        graph.close();
        throw e;
      }
      return new FrozenEncoder(title, onnx, featurizer, output, graph);
    } catch (InvalidBundleException e) {
      throw new InvalidEncoderException(String.valueOf(e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new InvalidEncoderException(title + ": " + e.getMessage(), e);
    }
  }

  private static TensorSpec output(
      String title,
      byte[] onnx,
      FrozenGraph.Signature signature,
      Featurizer featurizer,
      TensorRow row) {
    List<TensorSignature> outputs = signature.outputs();
    if (outputs.size() != 1
        || !outputs.get(0).type().equals(TensorSpec.Type.FLOAT.name())
        || outputs.get(0).shape().size() != 2) {
      throw new IllegalArgumentException(
          "it must have one output, FLOAT [-1, D], but has: "
              + String.join(", ", outputs.stream().map(TensorSignature::describe).toList()));
    }
    TensorSignature declared = outputs.get(0);
    if (declared.shape().get(0) != TensorSpec.ANY) {
      throw new IllegalArgumentException(
          "the first dimension of its output %s must be the batch and open; export it with a"
                  .formatted(declared.describe())
              + " dynamic first dimension");
    }
    // A graph may leave its width open; it shows when it runs.
    List<Long> shape = FrozenGraph.outputShapes(title, onnx, featurizer.inputs(), row).get(0);
    if (shape.size() != 2 || shape.get(0) != 1 || shape.get(1) < 1 || shape.get(1) > MAX_WIDTH) {
      throw new IllegalArgumentException(
          "its output '%s' must be [1, D] for one row, D from 1 to %d, but was: %s"
              .formatted(declared.name(), MAX_WIDTH, shape));
    }
    return TensorSpec.floats(declared.name(), shape.get(1));
  }

  /** The file. */
  public byte[] onnx() {
    return onnx.clone();
  }

  /** The graph's inputs, in the order of its featurizer's columns. */
  public List<TensorSpec> graphInputs() {
    return featurizer.inputs();
  }

  /** The graph's one output, {@code [batch, D]}. */
  public TensorSpec graphOutput() {
    return output;
  }

  /** The first payloads' rows and what the graph gave of them; of zeros, if there was none. */
  public GoldenRows golden() {
    List<TensorRow> rows;
    synchronized (samples) {
      rows = List.copyOf(samples);
    }
    if (rows.isEmpty()) {
      rows = List.of(EncoderProbe.zeros(graphInputs()));
    }
    List<float[][]> outputs = new ArrayList<>();
    for (RowResult<float[][]> result : graph.run(rows)) {
      if (result instanceof RowResult.Failed<float[][]> failed) {
        throw new InvalidEncoderException(failed.reason());
      } else if (result instanceof RowResult.Served<float[][]> served) {
        outputs.add(served.value());
      }
    }
    return new GoldenRows(rows, outputs);
  }

  /** An embedding, {@code [batch, D]}. */
  @Override
  public List<TensorSpec> inputs() {
    return List.of(TensorSpec.floats("embedding", output.stride()));
  }

  @Override
  public TensorRow featurize(Payload payload) throws InvalidObservationException {
    TensorRow row = featurizer.featurize(payload);
    RowResult<float[][]> result = graph.run(List.of(row)).get(0);
    if (!(result instanceof RowResult.Served<float[][]> served)) {
      throw new InvalidObservationException(((RowResult.Failed<float[][]>) result).reason());
    }
    synchronized (samples) {
      if (samples.size() < GOLDEN) {
        samples.add(row);
      }
    }
    return TensorRow.of((Object) served.value()[0]);
  }

  @Override
  public Object state() {
    return featurizer.state();
  }

  @Override
  public void close() {
    graph.close();
  }

  @Override
  public String toString() {
    return title;
  }
}
