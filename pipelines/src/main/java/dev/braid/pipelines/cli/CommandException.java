package dev.braid.pipelines.cli;

/**
 * A command that cannot do what it was asked; the message is one line: what, where, why and what to
 * do next. The process ends with exit code 1.
 */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CommandException(String message) {
    super(message);
  }

  public CommandException(String message, Throwable cause) {
    super(message, cause);
  }
}
