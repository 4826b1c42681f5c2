package dev.braid.runners.local;

/**
 * A process that could not be started, or did not answer; the message is one line that names its
 * log.
 */
public final class LocalClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LocalClusterException(String message) {
    super(message);
  }

  LocalClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
