package dev.braid.training;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/**
 * Starts {@code braid train}, {@code ablate}, {@code baseline} and {@code compress}; they have a
 * jar of their own, since a worker must not carry libtorch. Exit codes: 0 success, 1 failure, 2 bad
 * usage.
 */
@Command(
    name = "braid",
    subcommands = {
      TrainCommand.class,
      AblateCommand.class,
      BaselineCommand.class,
      CompressCommand.class,
      HelpCommand.class
    },
    synopsisSubcommandLabel = "(train | ablate | baseline | compress)")
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
          boolean isRoot = line.getParent() == null;
          line.getErr()
              .printf(
                  "braid: %s; './braid %s--help' says what there is%n",
                  exception.getMessage(), isRoot ? "" : line.getCommandName() + " ");
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
