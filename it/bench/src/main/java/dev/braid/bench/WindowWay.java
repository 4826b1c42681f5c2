package dev.braid.bench;

import java.util.Locale;

/** How observations come into sliding windows. */
enum WindowWay {
  /**
   * As the product does it on this engine: a stream in slices on Flink, bounded input elsewhere.
   */
  BRAID,

  /**
   * As the product does it in streams on the other engines: an embedding is copied into windows.
   */
  COPIES,

  /** Copied into all windows and then encoded in each: what Beam's SlidingWindows suggests. */
  PLAIN;

  /** As the report writes it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How often an observation is encoded in windows of that many periods. */
  int encodings(int ratio) {
    return this == PLAIN ? ratio : 1;
  }
}
