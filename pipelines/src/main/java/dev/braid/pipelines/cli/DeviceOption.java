package dev.braid.pipelines.cli;

import dev.braid.serving.ServingOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where models run: for every command that serves a bundle. */
final class DeviceOption {
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

  /**
   * How a bundle is served there.
   *
   * @throws ParameterException if there is no such device
   */
  ServingOptions serving() {
    try {
      return ServingOptions.defaults().withDevice(device);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--" + e.getMessage(), e);
    }
  }
}
