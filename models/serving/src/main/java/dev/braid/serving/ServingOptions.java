package dev.braid.serving;

import java.util.Locale;

/**
 * How a bundle is served. Leases with equal options share one server.
 *
 * @param device where the models run; only {@code cpu} is there
 * @param threads threads that one call computes with, 1 to 256. The default is 1: whoever has many
 *     cores makes many calls at once, as Beam does, and more threads a call would only get in each
 *     other's way
 */
public record ServingOptions(String device, int threads) {
  /** The device that every machine has. */
  public static final String CPU = "cpu";

  /**
   * @throws IllegalArgumentException if there is no such device, or threads are out of range
   */
  public ServingOptions {
    device = device.toLowerCase(Locale.ROOT);
    if (!device.equals(CPU)) {
      throw new IllegalArgumentException(
          "device must be 'cpu', the only one that this version serves on, but was: '%s'"
              .formatted(device));
    }
    if (threads < 1 || threads > 256) {
      throw new IllegalArgumentException("threads must be between 1 and 256, but was: " + threads);
    }
  }

  /** On the CPU, one thread a call. */
  public static ServingOptions defaults() {
    return new ServingOptions(CPU, 1);
  }

  /** The same with that many threads a call. */
  public ServingOptions withThreads(int count) {
    return new ServingOptions(device, count);
  }
}
