package dev.braid.pipelines.engine;

/**
 * A job that a cluster did not take, or did not finish; the message is one line: what, where, why
 * and what to do next.
 */
public final class SubmissionException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SubmissionException(String message) {
    super(message);
  }

  public SubmissionException(String message, Throwable cause) {
    super(message, cause);
  }
}
