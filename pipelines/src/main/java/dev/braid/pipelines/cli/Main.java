package dev.braid.pipelines.cli;

import dev.braid.bundle.InvalidBundleException;
import dev.braid.cli.Frame;
import dev.braid.dataset.InvalidDatasetException;
import dev.braid.pipelines.engine.SubmissionException;
import dev.braid.pipelines.io.DestinationException;
import dev.braid.serving.DeviceUnavailableException;
import dev.braid.spec.InvalidSpecException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The command {@code braid}. Results go to standard output, all else to standard error; the exit
 * code is 0 for success, 1 for failure and 2 for bad usage.
 */
@Command(
    name = "braid",
    description =
        "Fuses streams of unlike data about one entity into one answer per event-time window.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      DatasetCommand.class, //
      DemoCommand.class, //
      FitCommand.class, //
      PublishCommand.class, //
      RunCommand.class, //
      LaunchCommand.class, //
      EvaluateCommand.class,
      BenchCommand.class, //
      InspectCommand.class, //
      CommandLine.HelpCommand.class, //
    },
    footer = {
      "",
      "'./braid train' and './braid compress' live in a jar of their own, since training brings",
      "libtorch with it: see './braid train --help' and './braid compress --help'.",
      "",
      "Exit codes: 0 success, 1 failure, 2 bad usage. BRAID_TRACE=1 prints the stack trace of a"
          + " failure."
    })
public final class Main implements Callable<Integer> {
  private static final Set<Class<? extends Exception>> MESSAGES =
      Set.of(
          CommandException.class,
          DestinationException.class,
          DeviceUnavailableException.class,
          InvalidBundleException.class,
          InvalidDatasetException.class,
          InvalidSpecException.class,
          SubmissionException.class);

  @Spec private CommandSpec spec;

  private Main() {}

  /** Runs {@code braid} with these arguments and ends the process. */
  public static void main(String[] args) {
    Frame.main(Main::run, args);
  }

  /**
   * Runs {@code braid} with these arguments.
   *
   * @param out takes results
   * @param err takes everything else
   * @return the exit code
   */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return Frame.run(new Main(), MESSAGES, out, err, args);
  }

  /** Without a command there is nothing to do: says what there is. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return CommandLine.ExitCode.USAGE;
  }

  /** The version that the build wrote down. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      Properties properties = new Properties();
      try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
        if (in == null) {
          throw new IllegalStateException("version.properties is not on the class path");
        }
        properties.load(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new String[] {"braid " + properties.getProperty("version")};
    }
  }
}
