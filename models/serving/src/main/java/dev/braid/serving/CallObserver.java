package dev.braid.serving;

/**
 * What is told of the calls of a model while they are made, for metrics. Methods are called by the
 * thread that brought the rows, and must be quick. Of a run that several threads share, the one
 * that leads it is told, so that what all are told adds up to what was run; each is told how long
 * its own rows waited.
 */
public interface CallObserver {
  /** Takes no notice. */
  CallObserver NONE = new CallObserver() {};

  /**
   * The rows waited for their turn: because as many calls as may run at once were under way, or for
   * others to share a run with.
   *
   * @param nanos 0 or more
   */
  default void waited(long nanos) {}

  /**
   * The session ran once.
   *
   * @param rows rows of the batch
   * @param elements elements of its inputs, without padding
   * @param padding elements that were added to make rows equally long
   * @param nanos time in ONNX Runtime, copies to and from its memory included
   */
  default void ran(int rows, long elements, long padding, long nanos) {}

  /**
   * The session ran once, and failed.
   *
   * @param rows rows of the batch
   */
  default void failed(int rows) {}

  /**
   * A batch was cut in two, because it failed or did not fit into the device's memory.
   *
   * @param rows rows of the batch
   */
  default void split(int rows) {}
}
