package dev.braid.bundle;

/** A bundle that must not be served; the message is one line: which bundle, what and why. */
public final class InvalidBundleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidBundleException(String message) {
    super(oneLine(message));
  }

  public InvalidBundleException(String message, Throwable cause) {
    super(oneLine(message), cause);
  }

  private static String oneLine(String message) {
    // A name or a value that came from outside may hold line ends and control characters.
    return message.replaceAll("[\\p{Cc}\\u2028\\u2029]+", " ");
  }
}
