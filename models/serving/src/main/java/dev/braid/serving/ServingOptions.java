package dev.braid.serving;

import java.io.Serializable;

/**
 * How a bundle is served. Leases with equal options share one server.
 *
 * @param device where the models run: {@code cpu}, {@code cuda}, {@code cuda:N}, {@code tensorrt},
 *     {@code tensorrt:N}, or {@code auto}, which is the first CUDA device if that can be opened and
 *     else the CPU. The default is {@code cpu}
 * @param threads threads that one call computes with on a CPU, 1 to 256. The default is 1: whoever
 *     has many cores makes many calls at once, as Beam does, and more threads a call would only get
 *     in each other's way
 * @param maxModelBytes bytes that the model files of one bundle may have together, 1 or more. The
 *     default is 4 GiB. Loading takes up to twice as much for a moment
 * @param maxDeviceBytes bytes of a GPU's memory that ONNX Runtime may take for one model, 1 or
 *     more; no limit by default. Of no effect on a CPU, where ONNX Runtime's Java API has no limit
 * @param joining whether the calls of several threads to one model are joined to larger runs. The
 *     default is that of the device: on a GPU, and not on a CPU
 */
public record ServingOptions(
    String device, int threads, long maxModelBytes, long maxDeviceBytes, Joining joining)
    implements Serializable {
  /**
   * Whether calls of several threads are joined; to compare, since each device has what suits it.
   */
  public enum Joining {
    BY_DEVICE,
    ALWAYS,
    NEVER
  }

  /** The device that every machine has. */
  public static final String CPU = "cpu";

  private static final long MAX_MODEL_BYTES = 4L * 1024 * 1024 * 1024;

  /**
   * @throws IllegalArgumentException if there is no such device, or a number is out of range
   */
  public ServingOptions {
    // One name for each device, so that leases of the same share a server.
    device = Device.parse(device).toString();
    if (threads < 1 || threads > 256) {
      throw new IllegalArgumentException("threads must be between 1 and 256, but was: " + threads);
    }
    if (maxModelBytes < 1) {
      throw new IllegalArgumentException(
          "maxModelBytes must be at least 1, but was: " + maxModelBytes);
    }
    if (maxDeviceBytes < 1) {
      throw new IllegalArgumentException(
          "maxDeviceBytes must be at least 1, but was: " + maxDeviceBytes);
    }
  }

  /** On the CPU, one thread a call. */
  public static ServingOptions defaults() {
    return new ServingOptions(CPU, 1, MAX_MODEL_BYTES, Long.MAX_VALUE, Joining.BY_DEVICE);
  }

  /** The same on another device. */
  public ServingOptions withDevice(String name) {
    return new ServingOptions(name, threads, maxModelBytes, maxDeviceBytes, joining);
  }

  /** The same with that many threads a call. */
  public ServingOptions withThreads(int count) {
    return new ServingOptions(device, count, maxModelBytes, maxDeviceBytes, joining);
  }

  /** The same with another limit of a bundle's model files. */
  public ServingOptions withMaxModelBytes(long bytes) {
    return new ServingOptions(device, threads, bytes, maxDeviceBytes, joining);
  }

  /** The same with another limit of a model's memory on a GPU. */
  public ServingOptions withMaxDeviceBytes(long bytes) {
    return new ServingOptions(device, threads, maxModelBytes, bytes, joining);
  }

  /** The same with calls joined or not, whatever the device. */
  public ServingOptions withJoining(Joining way) {
    return new ServingOptions(device, threads, maxModelBytes, maxDeviceBytes, way);
  }
}
