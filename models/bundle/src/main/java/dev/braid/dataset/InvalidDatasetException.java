package dev.braid.dataset;

/** A data set that cannot be used; the message is one line: which file, what and why. */
public final class InvalidDatasetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidDatasetException(String message) {
    super(oneLine(message));
  }

  public InvalidDatasetException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  private static String oneLine(String message) {
    // A name or a value that came from outside may hold line ends and control characters.
    return message.replaceAll("[\\p{Cc}\\u2028\\u2029]+", " ");
  }
}
