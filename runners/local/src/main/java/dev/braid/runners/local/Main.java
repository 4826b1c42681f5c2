package dev.braid.runners.local;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * Starts {@code braid cluster}; it has a jar of its own, since a job must not carry it. Exit codes:
 * 0 success, 1 failure, 2 bad usage.
 */
@Command(
    name = "braid",
    subcommands = {ClusterCommand.class},
    synopsisSubcommandLabel = "cluster")
public final class Main {
  private Main() {}

  /** Runs the command and ends the process. */
  public static void main(String[] arguments) {
    PrintWriter out = utf8(FileDescriptor.out);
    PrintWriter err = utf8(FileDescriptor.err);
    int code = run(out, err, arguments);
    out.flush();
    err.flush();
    System.exit(code);
  }

  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return new CommandLine(new Main())
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(
            (exception, given) -> {
              CommandLine line = exception.getCommandLine();
              err.printf(
                  "%s: %s%nSee '%s --help'.%n",
                  line.getCommandSpec().qualifiedName(),
                  exception.getMessage(),
                  line.getCommandSpec().qualifiedName());
              return CommandLine.ExitCode.USAGE;
            })
        .setExecutionExceptionHandler(
            (exception, line, result) -> {
              err.println("braid: " + describe(exception));
              if (System.getenv("BRAID_TRACE") != null) {
                exception.printStackTrace(err);
              }
              return CommandLine.ExitCode.SOFTWARE;
            })
        .execute(arguments);
  }

  private static String describe(Exception exception) {
    return exception instanceof LocalClusterException
        ? String.valueOf(exception.getMessage())
        : "%s: %s (BRAID_TRACE=1 prints the stack trace)"
            .formatted(exception.getClass().getSimpleName(), exception.getMessage());
  }

  private static PrintWriter utf8(FileDescriptor descriptor) {
    return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
