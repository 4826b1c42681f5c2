package dev.braid.training.compress;

import java.util.Map;

/**
 * What a bundle was after one step of compression.
 *
 * @param step what was done, in words
 * @param modelBytes of all model files
 * @param bundleBytes of all files
 * @param parameters numbers in the models' constants, scales included
 * @param bytes of each model file, by {@code fusion} or modality
 * @param validation by task, the accuracy (or R2) on the validation scenes, which the gate looks at
 * @param test by task, the accuracy (or R2) on the test scenes; empty where there are none
 * @param latency by {@code fusion} or modality
 */
public record Stage(
    String step,
    String precision,
    long modelBytes,
    long bundleBytes,
    long parameters,
    Map<String, Long> bytes,
    Map<String, Double> validation,
    Map<String, Double> test,
    Map<String, Latency> latency) {

  /** The median processor time of a call with one row and with 32 rows, in microseconds. */
  public record Latency(double batch1, double batch32) {}
}
