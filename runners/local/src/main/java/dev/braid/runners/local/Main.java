package dev.braid.runners.local;

import dev.braid.cli.Frame;
import java.io.PrintWriter;
import java.util.Set;
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
    Frame.main(Main::run, arguments);
  }

  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return Frame.run(new Main(), Set.of(LocalClusterException.class), out, err, arguments);
  }
}
