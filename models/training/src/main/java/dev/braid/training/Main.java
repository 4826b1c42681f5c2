package dev.braid.training;

import picocli.CommandLine;

/** Starts {@code braid train}; it has a jar of its own, since a worker must not carry libtorch. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    CommandLine command = new CommandLine(new TrainCommand());
    command.setExecutionExceptionHandler(
        (exception, line, result) -> {
          line.getErr().println("braid train: " + describe(exception));
          if (System.getenv("BRAID_TRACE") != null) {
            exception.printStackTrace(line.getErr());
          }
          return 1;
        });
    System.exit(command.execute(arguments));
  }

  private static String describe(Exception exception) {
    String message = String.valueOf(exception.getMessage());
    boolean known = exception.getClass().getName().startsWith("dev.braid.");
    return known
        ? message
        : "%s: %s (set BRAID_TRACE=1 to see where)"
            .formatted(exception.getClass().getSimpleName(), message);
  }
}
