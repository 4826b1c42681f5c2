package dev.braid.observation;

/**
 * An observation that cannot be used. The message is one line that says what is wrong with it; the
 * observation is a dead letter, the rest of the stream goes on.
 */
public final class InvalidObservationException extends Exception {
  private static final long serialVersionUID = 1L;

  public InvalidObservationException(String message) {
    super(oneLine(message));
  }

  public InvalidObservationException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  private static String oneLine(String message) {
    // A name or a value that came from outside may hold line ends and control characters.
    return message.replaceAll("[\\p{Cc}\\u2028\\u2029]+", " ");
  }
}
