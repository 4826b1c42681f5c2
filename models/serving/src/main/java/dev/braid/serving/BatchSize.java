package dev.braid.serving;

/**
 * How many rows one run of a session takes: {@code rows}, or {@code smallRows} where the inputs of
 * so many are small. Small rows are those of a small, dense model, which feels what each run costs
 * and what it costs to read the weights; a convolution's values soon leave the processor's cache.
 *
 * @param rows of a run, whatever their size; 1 or more
 * @param smallRows of a run that has at most {@code smallBytes} of inputs; {@code rows} or more
 */
record BatchSize(int rows, int smallRows, long smallBytes) {

  /** That many, whatever their size. */
  static BatchSize of(int rows) {
    return new BatchSize(rows, rows, 0);
  }

  /** How many rows of so many bytes each a full run has. */
  int full(long bytesOfRow) {
    return smallRows * bytesOfRow <= smallBytes ? smallRows : rows;
  }

  /** Whether so many rows with so many bytes of inputs together may be one run. */
  boolean allows(int count, long bytes) {
    return count <= rows || (count <= smallRows && bytes <= smallBytes);
  }
}
