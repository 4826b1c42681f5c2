package dev.braid.serving;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.braid.bundle.Bundle;
import dev.braid.bundle.Digests;
import dev.braid.bundle.InvalidBundleException;
import dev.braid.bundle.Manifest;
import dev.braid.featurizer.Featurizer;
import dev.braid.scene.Answer;
import dev.braid.scene.FusionOutputs;
import dev.braid.scene.SceneTensors;
import dev.braid.spec.Spec;
import dev.braid.tensor.TensorRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * The models of one bundle, loaded once in this JVM and shared by all who {@link #lease} it: the
 * same bundle by digest and the same options is the same server. Calls run in parallel, at most as
 * many as there are processors; more wait. Safe for several threads.
 */
public final class ModelServer {
  private static final int MAX_CALLS = Math.max(1, Runtime.getRuntime().availableProcessors());

  private final Bundle bundle;
  private final ServingOptions options;
  private final SceneTensors sceneTensors;
  private final FusionOutputs fusionOutputs;
  private final Map<String, Model> encoders = new LinkedHashMap<>();
  private final List<Model> models = new ArrayList<>();
  private final List<ModelInfo> infos = new ArrayList<>();
  private final Model fusion;
  private final Semaphore calls = new Semaphore(MAX_CALLS, true);
  private volatile boolean closed;

  /** A claim on a server; the models are freed when the last one is closed. */
  public interface Lease extends AutoCloseable {
    /**
     * The server.
     *
     * @throws IllegalStateException if this lease was closed
     */
    ModelServer server();

    /** Gives the claim back; a second call does nothing. */
    @Override
    void close();
  }

  private ModelServer(Bundle bundle, ServingOptions options) {
    this.bundle = bundle;
    this.options = options;
    this.sceneTensors = new SceneTensors(bundle.spec(), bundle.widths());
    this.fusionOutputs = new FusionOutputs(bundle.spec());
    try {
      for (Map.Entry<String, Manifest.Model> encoder : bundle.manifest().encoders().entrySet()) {
        encoders.put(
            encoder.getKey(),
            load(encoder.getKey(), "encoder '" + encoder.getKey() + "'", encoder.getValue()));
      }
      this.fusion = load("fusion", "fusion", bundle.manifest().fusion());
    } catch (InvalidBundleException e) {
      models.forEach(Model::close);
      throw new InvalidBundleException("bundle " + bundle.path("") + ": " + e.getMessage(), e);
    } catch (Throwable e) {
      models.forEach(Model::close);
      throw e;
    }
  }

  /**
   * Leases the server of a bundle; the first lease loads it, the others of the same bundle wait for
   * that and share it.
   *
   * @throws InvalidBundleException if the bundle is not whole, its models are not those that the
   *     manifest describes, or they do not reproduce the golden rows within 1e-4 (0.02 of fp16 and
   *     int8)
   */
  public static Lease lease(Path bundleDirectory, ServingOptions options) {
    return Leases.lease(bundleDirectory, options);
  }

  static ModelServer open(Path directory, ServingOptions options) {
    return new ModelServer(Bundle.open(directory), options);
  }

  /** The bundle's name. */
  public String name() {
    return bundle.manifest().name();
  }

  /** The bundle's digest. */
  public String digest() {
    return bundle.digest();
  }

  /** Where the models run. */
  public String device() {
    return options.device();
  }

  /** The precision of the weights: {@code fp32}, {@code fp16} or {@code int8}. */
  public String precision() {
    return bundle.manifest().precision();
  }

  public Spec spec() {
    return bundle.spec();
  }

  /** An anomaly score above it is an anomaly. */
  public double anomalyThreshold() {
    return bundle.manifest().anomalyThreshold();
  }

  /** The bundle's manifest. */
  public Manifest manifest() {
    return bundle.manifest();
  }

  /** What the models are: the encoders in the order of the spec, then the fusion. */
  public List<ModelInfo> models() {
    return List.copyOf(infos);
  }

  /** The fitted featurizers by modality. */
  public Map<String, Featurizer> featurizers() {
    return bundle.featurizers();
  }

  /** Makes the fusion's rows. */
  public SceneTensors sceneTensors() {
    return sceneTensors;
  }

  /**
   * Embeds rows of one modality's featurizer.
   *
   * @return for every row, in their order, its embedding or why it has none
   * @throws IllegalArgumentException if there is no such modality
   */
  public List<RowResult<float[]>> encode(String modality, List<TensorRow> rows) {
    Model encoder = encoders.get(modality);
    if (encoder == null) {
      throw new IllegalArgumentException(
          "no modality '%s'; known: %s".formatted(modality, encoders.keySet()));
    }
    return run(encoder, rows, outputs -> outputs[0]);
  }

  /**
   * Answers rows of {@link #sceneTensors}.
   *
   * @return for every row, in their order, the answer or why there is none
   */
  public List<RowResult<Answer>> fuse(List<TensorRow> rows) {
    return run(fusion, rows, fusionOutputs::decode);
  }

  /** Waits for the calls that are under way, refuses all later ones, and frees the models. */
  void close() {
    closed = true;
    calls.acquireUninterruptibly(MAX_CALLS);
    try {
      models.forEach(Model::close);
    } finally {
      calls.release(MAX_CALLS);
    }
  }

  private <T> List<RowResult<T>> run(
      Model model, List<TensorRow> rows, Function<float[][], T> decode) {
    List<RowResult<float[][]>> results;
    calls.acquireUninterruptibly();
    try {
      if (closed) {
        throw new IllegalStateException("the lease of bundle " + digest() + " was given back");
      }
      results = model.run(rows);
    } finally {
      calls.release();
    }
    List<RowResult<T>> decoded = new ArrayList<>(results.size());
    for (RowResult<float[][]> result : results) {
      if (result instanceof RowResult.Served<float[][]> served) {
        decoded.add(new RowResult.Served<>(decode.apply(served.value())));
      } else if (result instanceof RowResult.Failed<float[][]> failed) {
        decoded.add(new RowResult.Failed<>(failed.reason()));
      }
    }
    return decoded;
  }

  private Model load(String name, String title, Manifest.Model manifest) {
    byte[] onnx;
    try {
      onnx = Files.readAllBytes(bundle.path(manifest.file()));
    } catch (IOException e) {
      throw new InvalidBundleException(manifest.file() + " cannot be read: " + e, e);
    }
    // What was checked must be what runs, even if somebody writes there at this moment.
    if (!Digests.of(onnx).equals(bundle.manifest().files().get(manifest.file()))) {
      throw new InvalidBundleException(manifest.file() + " changed while it was loaded");
    }
    Model model;
    try (OrtSession.SessionOptions session = sessionOptions(options.threads())) {
      model = new Model(title + " of " + digest(), manifest, environment(), session, onnx);
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime refuses its options: " + e.getMessage(), e);
    }
    models.add(model);
    model.reproduce(
        bundle.golden(manifest),
        precision().equals("fp32") ? Model.TOLERANCE : Model.COARSE_TOLERANCE);
    OnnxParameters parameters = OnnxParameters.of(onnx);
    infos.add(
        new ModelInfo(
            name,
            manifest.file(),
            manifest.inputs(),
            manifest.outputs(),
            onnx.length,
            parameters.count(),
            parameters.bytes()));
    return model;
  }

  static OrtEnvironment environment() throws OrtException {
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "braid");
    environment.setTelemetry(false);
    return environment;
  }

  static OrtSession.SessionOptions sessionOptions(int threads) throws OrtException {
    OrtSession.SessionOptions session = new OrtSession.SessionOptions();
    session.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    session.setIntraOpNumThreads(threads);
    session.setInterOpNumThreads(1);
    // A thread that spins takes a core from those that compute.
    session.addConfigEntry("session.intra_op.allow_spinning", "0");
    session.addConfigEntry("session.inter_op.allow_spinning", "0");
    // Patterns are kept for every shape of a batch, and there is no end of these.
    session.setMemoryPatternOptimization(false);
    // Every failure is an exception here; a second report on standard error is noise.
    session.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    return session;
  }
}
