package dev.braid.it.scenarios;

import java.util.Locale;

/** How observations come and predictions go. */
enum Mode {
  /** From files to files, all at once. */
  FILES,
  /** From Kafka to Kafka, step by step. */
  STREAM;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
