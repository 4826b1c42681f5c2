package dev.braid.dataset;

/** A data set that cannot be used; the message is one line: which file, what and why. */
public final class InvalidDatasetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidDatasetException(String message) {
    super(message);
  }

  public InvalidDatasetException(String message, Throwable cause) {
    super(message, cause);
  }
}
