package dev.braid.pipelines.simulate;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Independent streams of random numbers, one for each purpose, so that no draw shifts another. */
public final class SeededRandom {
  private SeededRandom() {}

  /**
   * The stream of {@code purpose} under {@code seed}. {@link Random}'s algorithms are part of its
   * specification, so that the numbers are the same on every JDK.
   */
  public static Random of(long seed, Object... purpose) {
    long hash = seed * 0x9E3779B97F4A7C15L ^ 0xcbf29ce484222325L;
    for (Object part : purpose) {
      for (byte b : (part + "/").getBytes(StandardCharsets.UTF_8)) {
        hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
      }
    }
    // The finaliser of SplitMix64: neighbouring seeds give unlike streams.
    hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ hash >>> 27) * 0x94d049bb133111ebL;
    return new Random(hash ^ hash >>> 31);
  }
}
