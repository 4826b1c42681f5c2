package dev.braid.it.scenarios;

import java.util.Locale;

/** What a cell runs on. */
enum Runner {
  DIRECT,
  FLINK,
  SPARK;

  /** As {@code --runner} and the shaded jars name it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
