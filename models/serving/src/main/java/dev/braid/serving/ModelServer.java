package dev.braid.serving;

import ai.onnxruntime.OrtException;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The models of one bundle, loaded once in this JVM and shared by all who {@link #lease} it: the
 * same bundle by digest and the same options is the same server. On a CPU calls run in parallel, at
 * most two for each processor; more wait. On a GPU the calls of several threads to one model are
 * joined, one run at a time. Safe for several threads.
 */
public final class ModelServer {
  /**
   * What bounds the memory of calls, and no more: the system shares out the processors better than
   * turns would (decision 0030).
   */
  private static final int CALLS_OF_A_PROCESSOR = 2;

  /** Calls that wait in the queue of a joined lane take nobody's turn. */
  private static final int ANY_CALLS = 1 << 20;

  private final Bundle bundle;
  private final Device device;
  private final ServingOptions options;
  private final SceneTensors sceneTensors;
  private final FusionOutputs fusionOutputs;
  private final Map<String, Integer> encoderNumbers;
  private final Map<String, Model> encoders = new LinkedHashMap<>();
  private final List<Model> models = new ArrayList<>();
  private final List<ModelInfo> infos = new ArrayList<>();
  private final Model fusion;
  private final LanePolicy policy;
  private final Map<Model, JoinedRuns> joined = new IdentityHashMap<>();
  private final int maxCalls;
  private final Semaphore calls;
  private volatile boolean closed;

  /** A claim on a server; the models are freed when the last one is closed. */
  public interface Lease extends AutoCloseable {
    /**
     * The server.
     *
     * @throws IllegalStateException if this lease was closed
     */
    ModelServer server();

    /**
     * The version with other encoders whose place {@link #server} took, and whose embeddings there
     * may still be; null if there is none.
     */
    default @Nullable ModelServer before() {
      return null;
    }

    /**
     * Whether an observation must be encoded by {@link #before} as well, because others in its
     * windows may be encoded by that alone. To be asked about every observation that is encoded.
     *
     * @param eventMillis its event time
     */
    default boolean needsBefore(long eventMillis) {
      return false;
    }

    /**
     * Goes over to a newer version of the bundle, if this lease may and there is one. Call it while
     * no row waits that the older one has begun to answer. Quick where there is none.
     *
     * @return whether {@link #server} is another one from now on; what was made of it, rows
     *     included, is then of no use
     */
    default boolean renew() {
      return false;
    }

    /** Gives the claim back; a second call does nothing. */
    @Override
    void close();
  }

  private ModelServer(Bundle bundle, Device device, ServingOptions options) {
    this.bundle = bundle;
    this.device = device;
    this.options = options;
    this.encoderNumbers = EncoderNumbers.of(bundle.manifest());
    this.policy = LanePolicy.of(device, options.joining());
    this.maxCalls =
        policy.joined()
            ? ANY_CALLS
            : CALLS_OF_A_PROCESSOR * Runtime.getRuntime().availableProcessors();
    // Not fair: to hand each turn to a thread that sleeps costs more than many a call.
    this.calls = new Semaphore(maxCalls, false);
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

  /**
   * Leases the newest version of a bundle that may be served, from a place in which newer versions
   * appear; {@link Lease#renew} goes over to one that appears later. It must have the name, the
   * spec and the outputs of the one that was launched. One with other encoders or featurizers is
   * served beside the one before, since windows hold embeddings of that. One that may not be served
   * is left alone, and a line of the log says why.
   *
   * @param directory of the bundle that was launched
   * @param launched its manifest at that time
   * @param watched where newer versions appear, for this lease alone to close
   * @param hold how long windows hold an embedding, in event time as by the clock; null if nobody
   *     knows, in which case a version must have the encoders and featurizers of the launched one
   * @throws InvalidBundleException if there is none that may be served
   * @throws DeviceUnavailableException if the device cannot be opened
   */
  public static Lease leaseNewest(
      Path directory,
      Manifest launched,
      WatchedPlace watched,
      ServingOptions options,
      @Nullable Duration hold) {
    return new LiveLease(LiveBundle.open(directory, launched, watched, options, hold));
  }

  static ModelServer open(Path directory, ServingOptions options) {
    Bundle bundle = Bundle.open(directory);
    refuseTooLarge(bundle, options);
    Device device = Device.parse(options.device());
    if (device.kind() != Device.Kind.AUTO) {
      return new ModelServer(bundle, device, options);
    }
    try {
      return new ModelServer(bundle, new Device(Device.Kind.CUDA, 0), options);
    } catch (DeviceUnavailableException e) {
      // That is what it asks for; device() says which it is.
      return new ModelServer(bundle, Device.ON_CPU, options);
    }
  }

  /** The bundle's name. */
  public String name() {
    return bundle.manifest().name();
  }

  /** The bundle's digest. */
  public String digest() {
    return bundle.digest();
  }

  /** Where the models run, whatever was asked for: {@code cpu}, {@code cuda:0}. */
  public String device() {
    return device.toString();
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

  /**
   * The number of each modality's encoder together with its featurizer, 1 or more, by which
   * embeddings say who made them. It follows from their bytes, so that it is the same everywhere.
   */
  public Map<String, Integer> encoders() {
    return encoderNumbers;
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
   * Whether rows are as many as whoever collects them does well to bring at once: what one run of a
   * session takes on a CPU, and a part of it where the calls of several threads are joined.
   *
   * @param rows at least 1
   * @param bytes of all of them
   */
  public boolean isFull(int rows, long bytes) {
    return bytes >= Model.MAX_BATCH_BYTES || rows >= policy.caller().full(bytes / rows);
  }

  /**
   * Embeds rows of one modality's featurizer.
   *
   * @return for every row, in their order, its embedding, in an array of its own, or why it has
   *     none
   * @throws IllegalArgumentException if there is no such modality
   */
  public List<RowResult<float[]>> encode(String modality, List<TensorRow> rows) {
    return encode(modality, rows, CallObserver.NONE);
  }

  /** The same, and tells {@code observer} of its calls. */
  public List<RowResult<float[]>> encode(
      String modality, List<TensorRow> rows, CallObserver observer) {
    Model encoder = encoders.get(modality);
    if (encoder == null) {
      throw new IllegalArgumentException(
          "no modality '%s'; known: %s".formatted(modality, encoders.keySet()));
    }
    return run(encoder, rows, outputs -> outputs[0], observer);
  }

  /**
   * Answers rows of {@link #sceneTensors}.
   *
   * @return for every row, in their order, the answer or why there is none
   */
  public List<RowResult<Answer>> fuse(List<TensorRow> rows) {
    return fuse(rows, CallObserver.NONE);
  }

  /** The same, and tells {@code observer} of its calls. */
  public List<RowResult<Answer>> fuse(List<TensorRow> rows, CallObserver observer) {
    return run(fusion, rows, fusionOutputs::decode, observer);
  }

  /** Waits for the calls that are under way, refuses all later ones, and frees the models. */
  void close() {
    closed = true;
    calls.acquireUninterruptibly(maxCalls);
    try {
      models.forEach(Model::close);
    } finally {
      calls.release(maxCalls);
    }
  }

  private <T> List<RowResult<T>> run(
      Model model, List<TensorRow> rows, Function<float[][], T> decode, CallObserver observer) {
    long arrival = System.nanoTime();
    calls.acquireUninterruptibly();
    try {
      if (closed) {
        throw new IllegalStateException("the lease of bundle " + digest() + " was given back");
      }
      JoinedRuns runs = joined.get(model);
      if (runs != null) {
        return runs.run(rows, decode, observer);
      }
      observer.waited(System.nanoTime() - arrival);
      return model.run(rows, decode, observer);
    } finally {
      calls.release();
    }
  }

  /** Bytes of the models that it has loaded. */
  long modelBytes() {
    return infos.stream().mapToLong(ModelInfo::bytes).sum();
  }

  /** Bytes of a bundle's models. */
  static long modelBytes(Bundle bundle) {
    long bytes = 0;
    try {
      for (Manifest.Model encoder : bundle.manifest().encoders().values()) {
        bytes += Files.size(bundle.path(encoder.file()));
      }
      bytes += Files.size(bundle.path(bundle.manifest().fusion().file()));
    } catch (IOException e) {
      throw new InvalidBundleException("bundle " + bundle.path("") + " cannot be read: " + e, e);
    }
    return bytes;
  }

  private static void refuseTooLarge(Bundle bundle, ServingOptions options) {
    long bytes = modelBytes(bundle);
    if (bytes > options.maxModelBytes()) {
      throw new InvalidBundleException(
          "bundle %s: its models have %,d bytes together, but a server loads at most %,d; compress it"
              .formatted(bundle.path(""), bytes, options.maxModelBytes()));
    }
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
    try {
      model =
          new Model(
              title + " of " + digest(),
              policy.run(),
              manifest,
              Sessions.environment(),
              Sessions.open(manifest.file(), onnx, device, options));
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot start: " + e.getMessage(), e);
    }
    models.add(model);
    if (policy.joined()) {
      joined.put(
          model,
          new JoinedRuns(
              (rows, observer) -> model.run(rows, float[][]::clone, observer),
              policy.run().rows(),
              policy.maxDelayNanos()));
    }
    GoldenCheck.check(
        model,
        manifest,
        bundle.golden(manifest),
        precision().equals("fp32") ? GoldenCheck.TOLERANCE : GoldenCheck.COARSE_TOLERANCE);
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
}
