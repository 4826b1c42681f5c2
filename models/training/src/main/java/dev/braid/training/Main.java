package dev.braid.training;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/**
 * Starts {@code braid train}, {@code braid ablate} and {@code braid baseline}; they have a jar of
 * their own, since a worker must not carry libtorch. Exit codes: 0 success, 1 failure, 2 bad usage.
 */
@Command(
    name = "braid",
    subcommands = {
      TrainCommand.class,
      AblateCommand.class,
      BaselineCommand.class,
      HelpCommand.class
    },
    synopsisSubcommandLabel = "(train | ablate | baseline)")
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine command = new CommandLine(new Main());
    command.setParameterExceptionHandler(
        (exception, arguments) -> {
          CommandLine line = exception.getCommandLine();
          line.getErr()
              .printf(
                  "braid: %s; './braid train --help' says what there is%n", exception.getMessage());
          return CommandLine.ExitCode.USAGE;
        });
    command.setExecutionExceptionHandler(
        (exception, line, result) -> {
          line.getErr().println("braid: " + describe(exception));
          if (System.getenv("BRAID_TRACE") != null) {
            exception.printStackTrace(line.getErr());
          }
          return CommandLine.ExitCode.SOFTWARE;
        });
    return command;
  }

  private static String describe(Exception exception) {
    String message = String.valueOf(exception.getMessage());
    boolean isOurs = exception.getClass().getName().startsWith("dev.braid.");
    return isOurs
        ? message
        : "%s: %s (set BRAID_TRACE=1 to see where)"
            .formatted(exception.getClass().getSimpleName(), message);
  }
}
