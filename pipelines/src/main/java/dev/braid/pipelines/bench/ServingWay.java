package dev.braid.pipelines.bench;

/** How the workers of a measurement use a bundle. */
public enum ServingWay {
  /** Every worker has sessions of its own and answers one row at a time. */
  BEFORE("before", 1),

  /** All workers share the sessions of the JVM; scenes that wait are answered together. */
  AFTER("after", 32);

  private final String label;
  private final int batch;

  ServingWay(String label, int batch) {
    this.label = label;
    this.batch = batch;
  }

  /** What the command line and reports call it. */
  public String label() {
    return label;
  }

  /** Scenes that a worker takes at once, at most. */
  int batch() {
    return batch;
  }

  boolean sharesSessions() {
    return this == AFTER;
  }
}
