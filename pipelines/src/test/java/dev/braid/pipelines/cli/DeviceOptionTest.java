package dev.braid.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.braid.serving.ServingOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

final class DeviceOptionTest {
  @Command(name = "serve")
  private static final class Serve {
    @Mixin DeviceOption device;
  }

  private static ServingOptions serving(String... arguments) {
    Serve serve = new Serve();
    new CommandLine(serve).parseArgs(arguments);
    return serve.device.serving();
  }

  @Test
  void withoutAWordItIsTheCpuWithoutALimit() {
    assertThat(serving()).isEqualTo(ServingOptions.defaults());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "tensorrt:1", "auto"})
  void theMemoryOfADeviceIsLimitedInMebibytes(String device) {
    ServingOptions options = serving("--device", device, "--max-device-mib", "3000");

    assertThat(options)
        .isEqualTo(
            ServingOptions.defaults().withDevice(device).withMaxDeviceBytes(3000L * 1024 * 1024));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1048577"})
  void aLimitOutOfRangeIsBadUsage(String mib) {
    assertThatThrownBy(() -> serving("--device=cuda", "--max-device-mib=" + mib))
        .isInstanceOf(ParameterException.class)
        .hasMessage("--max-device-mib must be between 1 and 1048576, but was: " + mib);
  }

  @Test
  void aLimitThatWouldDoNothingIsBadUsage() {
    assertThatThrownBy(() -> serving("--max-device-mib=512"))
        .isInstanceOf(ParameterException.class)
        .hasMessageStartingWith("--max-device-mib limits a GPU's memory, and --device is cpu");
  }
}
