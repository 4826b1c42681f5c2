package dev.braid.pipelines.convert;

/** A source that cannot be converted; the message is one line: which file, what and why. */
public final class InvalidSourceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidSourceException(String message) {
    super(message);
  }

  public InvalidSourceException(String message, Throwable cause) {
    super(message, cause);
  }
}
