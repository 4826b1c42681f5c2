package dev.braid.serving;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import ai.onnxruntime.providers.OrtTensorRTProviderOptions;
import dev.braid.bundle.InvalidBundleException;
import java.util.EnumSet;
import java.util.Set;

/** Opens sessions of ONNX Runtime on a device. Stateless; safe for several threads. */
final class Sessions {
  /** What is the model's fault wherever it runs. */
  private static final Set<OrtException.OrtErrorCode> OF_THE_MODEL =
      EnumSet.of(
          OrtException.OrtErrorCode.ORT_NO_MODEL,
          OrtException.OrtErrorCode.ORT_INVALID_PROTOBUF,
          OrtException.OrtErrorCode.ORT_INVALID_GRAPH);

  private Sessions() {}

  static OrtEnvironment environment() throws OrtException {
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "braid");
    environment.setTelemetry(false);
    return environment;
  }

  /** Options of a session on the CPU. */
  static OrtSession.SessionOptions options(int threads) throws OrtException {
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

  /**
   * Opens a session.
   *
   * @param file for messages
   * @param device not {@link Device.Kind#AUTO}
   * @throws InvalidBundleException if the bytes are no model
   * @throws DeviceUnavailableException if it is the device that cannot be opened
   */
  static OrtSession open(String file, byte[] onnx, Device device, ServingOptions serving) {
    // All in one: a provider that ONNX Runtime lists may still fail at any of these steps.
    try (OrtSession.SessionOptions options = options(serving.threads())) {
      if (device.kind() == Device.Kind.TENSORRT) {
        try (OrtTensorRTProviderOptions tensorRt = new OrtTensorRTProviderOptions(device.index())) {
          options.addTensorrt(tensorRt);
        }
      }
      if (device.kind() != Device.Kind.CPU) {
        // Behind TensorRT too, for the operators that it lacks.
        try (OrtCUDAProviderOptions cuda = cuda(device.index(), serving.maxDeviceBytes())) {
          options.addCUDA(cuda);
        }
      }
      return environment().createSession(onnx, options);
    } catch (OrtException | UnsatisfiedLinkError e) {
      boolean ofTheModel = e instanceof OrtException ort && OF_THE_MODEL.contains(ort.getCode());
      if (device.kind() == Device.Kind.CPU || ofTheModel) {
        throw new InvalidBundleException(
            "%s is no model that can be served: %s".formatted(file, OrtFailure.line(e)), e);
      }
      throw unavailable(device, e);
    }
  }

  private static OrtCUDAProviderOptions cuda(int index, long maxBytes) throws OrtException {
    OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(index);
    try {
      if (maxBytes < Long.MAX_VALUE) {
        cuda.add("gpu_mem_limit", Long.toString(maxBytes));
      }
      // The default doubles what it holds whenever it needs more.
      cuda.add("arena_extend_strategy", "kSameAsRequested");
      // The default searches for every new shape, and batches have many.
      cuda.add("cudnn_conv_algo_search", "HEURISTIC");
      // 10 bits of a mantissa are too few for the golden rows.
      cuda.add("use_tf32", "0");
      return cuda;
    } catch (OrtException e) {
      cuda.close();
      throw e;
    }
  }

  private static DeviceUnavailableException unavailable(Device device, Throwable cause) {
    String needs =
        device.kind() == Device.Kind.TENSORRT
            ? "an NVIDIA driver, CUDA 12, cuDNN 9 and TensorRT 10"
            : "an NVIDIA driver, CUDA 12 and cuDNN 9";
    return new DeviceUnavailableException(
        ("device '%s' cannot be opened: %s; it needs %s on this machine and a build with -Pgpu, or"
                + " ask for the device 'auto' or 'cpu'")
            .formatted(device, OrtFailure.line(cause), needs),
        cause);
  }
}
