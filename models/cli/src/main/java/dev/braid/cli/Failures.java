package dev.braid.cli;

import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever a command throws into one line on standard error and an exit code. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final Set<Class<? extends Exception>> messages;
  private final boolean trace;

  /**
   * @param messages failures whose message is written for people; a runner may wrap them
   * @param trace whether to print stack traces
   */
  Failures(Set<Class<? extends Exception>> messages, boolean trace) {
    this.messages = messages;
    this.trace = trace;
  }

  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName();
    err.println(name + ": " + oneLine(failure.getMessage()));
    UnmatchedArgumentException.printSuggestions(failure, err);
    err.println("See '" + name + " --help'.");
    trace(err, failure);
    return ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    return report(command.getErr(), failure);
  }

  /** Prints the one line. */
  int report(PrintWriter err, Throwable failure) {
    err.println("braid: " + describe(failure));
    trace(err, failure);
    return ExitCode.SOFTWARE;
  }

  private void trace(PrintWriter err, Throwable failure) {
    if (trace) {
      failure.printStackTrace(err);
    }
    err.flush();
  }

  private String describe(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (messages.contains(cause.getClass())) {
        return oneLine(cause.getMessage());
      }
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof FileSystemException file) {
        return describe(file);
      }
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String hint = trace ? "" : " (BRAID_TRACE=1 prints the stack trace)";
    return oneLine(root.getClass().getSimpleName() + ": " + root.getMessage()) + hint;
  }

  private static String describe(FileSystemException failure) {
    String reason = failure.getReason();
    if (failure instanceof NoSuchFileException) {
      reason = "there is no such file or directory";
    } else if (failure instanceof AccessDeniedException) {
      reason = "permission denied";
    } else if (failure instanceof FileAlreadyExistsException) {
      reason = "something is there already that is in the way";
    } else if (reason == null) {
      reason = failure.getClass().getSimpleName();
    }
    return failure.getFile() + ": " + oneLine(reason);
  }

  private static String oneLine(@Nullable String text) {
    return String.valueOf(text)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining(" "));
  }
}
