package dev.braid.pipelines.analysis;

/**
 * A run that could not start or did not finish; the message is one line: what, where and why. No
 * results were left in the output directory.
 */
public final class AnalysisException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public AnalysisException(String message) {
    super(message);
  }

  public AnalysisException(String message, Throwable cause) {
    super(message, cause);
  }
}
