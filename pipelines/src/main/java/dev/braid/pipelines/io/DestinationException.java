package dev.braid.pipelines.io;

/**
 * A destination that cannot be written to; the message is one line: what, where, why and what to do
 * next. It has no cause, since engines report the innermost one; {@link #getSuppressed} holds it.
 */
public final class DestinationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DestinationException(String message) {
    super(message);
  }

  public DestinationException(String message, Throwable reason) {
    super(message);
    addSuppressed(reason);
  }
}
