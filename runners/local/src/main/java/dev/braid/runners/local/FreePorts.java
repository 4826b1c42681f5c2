package dev.braid.runners.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of 127.0.0.1 that nobody listens on, below those that systems give to outgoing connections:
 * while a killed server is down, a client that tries to reach it must not be given its port.
 */
public final class FreePorts {
  private static final int FIRST = 20_000;
  private static final int END = 32_000;
  private static final int TRIES = 1_000;

  private FreePorts() {}

  /**
   * As many different ports as asked for. Nothing keeps them free: use them soon.
   *
   * @throws LocalClusterException if there are not as many
   */
  public static int[] take(int count) {
    Set<Integer> ports = new LinkedHashSet<>();
    for (int i = 0; i < TRIES && ports.size() < count; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      if (isFree(port)) {
        ports.add(port);
      }
    }
    if (ports.size() < count) {
      throw new LocalClusterException(
          "found no %d free ports of 127.0.0.1 between %d and %d".formatted(count, FIRST, END));
    }
    return ports.stream().mapToInt(Integer::intValue).toArray();
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
