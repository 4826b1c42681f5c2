package dev.braid.spec;

/** A spec that cannot be used; the message is one line: what, where, why and what is allowed. */
public final class InvalidSpecException extends IllegalArgumentException {
  public InvalidSpecException(String message) {
    super(message);
  }
}
