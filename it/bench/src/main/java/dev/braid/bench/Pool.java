package dev.braid.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The rows of every net that this JVM was asked for. */
final class Pool {
  private static final Map<Net, List<?>> ROWS = new ConcurrentHashMap<>();

  private Pool() {}

  /** The rows of a net: scenes if it is a fusion, or else observations. */
  @SuppressWarnings("unchecked") // As said.
  static <T> List<T> rows(Net net) {
    return (List<T>)
        ROWS.computeIfAbsent(
            net,
            n -> Arrays.asList((n.isFusion() ? Rows.scenes(n) : Rows.observations(n)).toArray()));
  }
}
