package dev.braid.observation;

/**
 * An observation that cannot be used. The message is one line that says what is wrong with it; the
 * observation is a dead letter, the rest of the stream goes on.
 */
public final class InvalidObservationException extends Exception {
  private static final long serialVersionUID = 1L;

  public InvalidObservationException(String message) {
    super(message);
  }

  public InvalidObservationException(String message, Throwable cause) {
    super(message, cause);
  }
}
