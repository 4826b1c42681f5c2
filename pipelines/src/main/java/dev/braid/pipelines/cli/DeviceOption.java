package dev.braid.pipelines.cli;

import dev.braid.serving.ServingOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where models run: for every command that serves a bundle. */
final class DeviceOption {
  private static final long MIB = 1024 * 1024;

  /** 1 TiB, more than any device has. */
  private static final long MOST_MIB = 1024 * 1024;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--device",
      paramLabel = "NAME",
      defaultValue = ServingOptions.CPU,
      description =
          "Where the models run: cpu, cuda, cuda:N, tensorrt, tensorrt:N, which fail where they"
              + " cannot be opened, or auto, which is cuda there and else cpu. A GPU needs a build"
              + " with -Pgpu. Default: ${DEFAULT-VALUE}.")
  private String device;

  @Option(
      names = "--max-device-mib",
      paramLabel = "N",
      description =
          "MiB of a GPU's memory, 1 to "
              + MOST_MIB
              + ", that each model of the bundle may take, where others use that GPU too. A batch"
              + " that does not fit is halved. Default: no limit.")
  private @Nullable Long maxMib;

  /**
   * How a bundle is served there.
   *
   * @throws ParameterException if there is no such device, or no such memory
   */
  ServingOptions serving() {
    ServingOptions options;
    try {
      options = ServingOptions.defaults().withDevice(device);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--" + e.getMessage(), e);
    }
    if (maxMib == null) {
      return options;
    }
    if (maxMib < 1 || maxMib > MOST_MIB) {
      throw new ParameterException(
          command.commandLine(),
          "--max-device-mib must be between 1 and %d, but was: %d".formatted(MOST_MIB, maxMib));
    }
    if (options.device().equals(ServingOptions.CPU)) {
      throw new ParameterException(
          command.commandLine(),
          "--max-device-mib limits a GPU's memory, and --device is cpu: leave it out, or name a"
              + " GPU");
    }
    return options.withMaxDeviceBytes(maxMib * MIB);
  }
}
