package dev.braid.training;

import dev.braid.bundle.InvalidBundleException;
import dev.braid.cli.Frame;
import dev.braid.dataset.InvalidDatasetException;
import dev.braid.observation.InvalidObservationException;
import dev.braid.serving.DeviceUnavailableException;
import dev.braid.spec.InvalidSpecException;
import dev.braid.training.compress.CompressionRefusedException;
import dev.braid.training.own.InvalidEncoderException;
import dev.braid.training.trainer.InvalidCheckpointException;
import java.io.PrintWriter;
import java.util.Set;
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
  private static final Set<Class<? extends Exception>> MESSAGES =
      Set.of(
          CompressionRefusedException.class,
          DeviceUnavailableException.class,
          InvalidBundleException.class,
          InvalidCheckpointException.class,
          InvalidDatasetException.class,
          InvalidEncoderException.class,
          InvalidObservationException.class,
          InvalidSpecException.class);

  private Main() {}

  /** Runs the command and ends the process. */
  public static void main(String[] arguments) {
    Frame.main(Main::run, arguments);
  }

  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    return Frame.run(new Main(), MESSAGES, out, err, arguments);
  }
}
