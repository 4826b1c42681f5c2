package dev.braid.serving;

/** What became of one row: a value, or the reason why there is none. */
public sealed interface RowResult<T> {

  /** The model answered. */
  record Served<T>(T value) implements RowResult<T> {}

  /**
   * The model could not answer this row; the others of its batch are not touched by that.
   *
   * @param reason one line: which model of which bundle, which tensor, why
   */
  record Failed<T>(String reason) implements RowResult<T> {}
}
