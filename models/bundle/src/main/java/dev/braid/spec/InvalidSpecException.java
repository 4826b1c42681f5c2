package dev.braid.spec;

/** A spec that cannot be used; the message is one line: what, where, why and what is allowed. */
public final class InvalidSpecException extends IllegalArgumentException {
  public InvalidSpecException(String message) {
    super(oneLine(message));
  }

  private static String oneLine(String message) {
    // A name or a value that came from outside may hold line ends and control characters.
    return message.replaceAll("[\\p{Cc}\\u2028\\u2029]+", " ");
  }
}
