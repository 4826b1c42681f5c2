package dev.braid.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import picocli.CommandLine;

/**
 * What all commands have in common: results go to standard output and all else to standard error,
 * both in UTF-8; whatever goes wrong is one line there, with its stack trace if the variable {@code
 * BRAID_TRACE} is set; the exit code is 0 for success, 1 for failure and 2 for bad usage.
 */
public final class Frame {
  private Frame() {}

  /** Runs a command and gives its exit code. */
  @FunctionalInterface
  public interface Run {
    /**
     * Runs it.
     *
     * @param out takes results
     * @param err takes everything else
     * @return the exit code
     */
    int run(PrintWriter out, PrintWriter err, String... arguments);
  }

  /** Runs a command on this process's own streams, and ends the process. */
  public static void main(Run command, String... arguments) {
    PrintWriter out = utf8(FileDescriptor.out);
    PrintWriter err = utf8(FileDescriptor.err);
    // Whatever a library prints belongs on standard error: standard output is for results.
    System.setOut(System.err);
    int code;
    try {
      code = command.run(out, err, arguments);
    } finally {
      out.flush();
      err.flush();
    }
    System.exit(code);
  }

  /**
   * Runs a command.
   *
   * @param command an object with picocli's annotations
   * @param messages exceptions whose message is one line for people, which is then all that is
   *     printed, however deep it lies in another one; of any other, its class is printed too
   * @param out takes results
   * @param err takes everything else
   * @return the exit code
   */
  public static int run(
      Object command,
      Set<Class<? extends Exception>> messages,
      PrintWriter out,
      PrintWriter err,
      String... arguments) {
    Failures failures = new Failures(messages, System.getenv("BRAID_TRACE") != null);
    CommandLine line =
        new CommandLine(command)
            .setOut(out)
            .setErr(err)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(failures)
            .setExecutionExceptionHandler(failures);
    try {
      return line.execute(arguments);
    } catch (OutOfMemoryError | LinkageError e) {
      return failures.report(err, e);
    }
  }

  private static PrintWriter utf8(FileDescriptor descriptor) {
    return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }
}
