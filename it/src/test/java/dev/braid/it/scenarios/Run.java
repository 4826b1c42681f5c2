package dev.braid.it.scenarios;

/** One run of the analysis on one engine, in which scenarios are told. Used by one thread. */
interface Run extends AutoCloseable {

  /**
   * Tells a scenario and holds what is answered to the oracle.
   *
   * @throws AssertionError if anything is wrong, missing or too much
   */
  void tell(Cell cell) throws Exception;

  /**
   * Ends the run.
   *
   * @throws AssertionError if more came after all was told
   */
  @Override
  void close() throws Exception;
}
